import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';

import { mount } from 'svelte';

import { speak, systemLanguage } from '$lib/language.svelte';
import { shut } from '$lib/shut';

import { firstAhead, firstStart } from './ahead';
import App from './App.svelte';
import { staff } from './state.svelte';

shut(window, { menu: false });

// Asked before the screen is made: the answer is on its way meanwhile.
speak(systemLanguage());
void staff.start();

const show = () => mount(App, { target: document.getElementById('app')! });
// What cannot be fetched is said by the part that shows it.
if (firstAhead) void firstStart().then(show, show);
else show();
