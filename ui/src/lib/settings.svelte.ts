/** What this device remembers of its own habits: camera, sound, scanner. Nothing of any person, and no secret. */
import type { ScannerView } from '$backend';

interface Habits {
  camera: string;
  sound: boolean;
  scanner: ScannerView;
}

const KEY = 'zgoda.device';
export const LAYOUTS: readonly ScannerView['layout'][] = ['auto', 'same', 'pl', 'pl214', 'de'];

function read(): Habits {
  const habits: Habits = { camera: '', sound: true, scanner: { prefix: '', suffix: '', layout: 'auto' } };
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Habits>;
    if (typeof stored.camera === 'string') habits.camera = stored.camera;
    if (typeof stored.sound === 'boolean') habits.sound = stored.sound;
    const { prefix, suffix, layout } = stored.scanner ?? {};
    if (typeof prefix === 'string') habits.scanner.prefix = prefix;
    if (typeof suffix === 'string') habits.scanner.suffix = suffix;
    if (layout && LAYOUTS.includes(layout)) habits.scanner.layout = layout;
  } catch {
    // A damaged or forbidden storage costs the habits, nothing else.
  }
  return habits;
}

export const habits = $state(read());

export function remember(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(habits));
  } catch {
    // As above.
  }
}
