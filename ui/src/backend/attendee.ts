/** The attendee's half of the seam. */
import { connectAttendee } from '$connect';

import type { AttendeeBackend } from './index';

export const backend: AttendeeBackend = connectAttendee();
