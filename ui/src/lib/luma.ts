/** A picture's brightness, one byte a pixel (ITU-R BT.601 in integers): all that a code reader needs of a frame. */
export function luma(rgba: Uint8ClampedArray, into: Uint8Array): Uint8Array {
  for (let from = 0, to = 0; to < into.length; from += 4, to += 1) {
    into[to] = (77 * rgba[from]! + 150 * rgba[from + 1]! + 29 * rgba[from + 2]!) >> 8;
  }
  return into;
}

export interface Size {
  width: number;
  height: number;
}

/** The size that is sent for a camera's size: at most `most`, same shape, never larger than it is. */
export function fit(camera: Size, most: Size): Size {
  const scale = Math.min(1, most.width / camera.width, most.height / camera.height);
  return { width: Math.round(camera.width * scale), height: Math.round(camera.height * scale) };
}

/** Where a frame's point lies on a `box` that it covers (`object-fit: cover`). */
export function onCover([x, y]: [number, number], frame: Size, box: Size): [number, number] {
  const scale = Math.max(box.width / frame.width, box.height / frame.height);
  const left = (box.width - frame.width * scale) / 2;
  const top = (box.height - frame.height * scale) / 2;
  return [left + x * scale, top + y * scale];
}
