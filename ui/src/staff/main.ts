import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';

import { mount } from 'svelte';

import { speak, systemLanguage } from '$lib/language.svelte';
import { shut } from '$lib/shut';

import App from './App.svelte';
import { staff } from './state.svelte';

shut(window, { menu: false });

// Asked before the screen is made: the answer is on its way meanwhile.
speak(systemLanguage());
void staff.start();

mount(App, { target: document.getElementById('app')! });
