import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';
import '../style/attendee.css';

import { mount } from 'svelte';

import { shut } from '$lib/shut';

import Attendee from './Attendee.svelte';

shut(window, { menu: true });

mount(Attendee, { target: document.getElementById('app')! });
