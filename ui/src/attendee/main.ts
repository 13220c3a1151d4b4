import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';
import '../style/attendee.css';

import { mount } from 'svelte';

import Attendee from './Attendee.svelte';

// A file that falls on the window must never be opened in its place.
for (const type of ['dragover', 'drop'] as const) {
  window.addEventListener(type, (event) => event.preventDefault());
}

mount(Attendee, { target: document.getElementById('app')! });
