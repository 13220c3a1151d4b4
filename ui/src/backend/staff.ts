/** The staff's half of the seam. */
import { connectStaff } from '$connect';

import type { StaffBackend } from './index';

export const backend: StaffBackend = connectStaff();
