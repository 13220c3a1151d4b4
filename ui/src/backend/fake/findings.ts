/** Findings of the linter, as they stand before anything is said of them. */
import type { Finding } from '../types';

export const NOTHING: Omit<Finding, 'lint'> = {
  severity: 'error',
  line: 1,
  column: 1,
  subject: '',
  name: {},
  language: null,
  choices: [],
  message: '',
};
