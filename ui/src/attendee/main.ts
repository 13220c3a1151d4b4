import '@fontsource-variable/inter/wght.css';
import '../style/tokens.css';
import '../style/base.css';
import '../style/attendee.css';

import { mount } from 'svelte';

import Attendee from './Attendee.svelte';

mount(Attendee, { target: document.getElementById('app')! });
