import type { DeviceCount } from '$backend';
import * as m from '$m';

/** What a device is called: this one by that word, another by the beginning of its id, as on its own screen. */
export const deviceName = ({ device, own }: Pick<DeviceCount, 'device' | 'own'>): string =>
  own ? m.overview_this_device() : device.slice(0, 8);
