import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';

import { mount } from 'svelte';

import { shut } from '$lib/shut';

import App from './App.svelte';

shut(window, { menu: false });

mount(App, { target: document.getElementById('app')! });
