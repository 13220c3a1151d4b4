import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Camera, whyNot } from '$lib/camera.svelte';

/** A camera of the browser's making: its track, and what the page asked for. */
class Track extends EventTarget {
  kind = 'video';
  stop = vi.fn();
  applyConstraints = vi.fn(async () => undefined);
  capabilities: object = {};
  getCapabilities = () => this.capabilities;
}

let track: Track;
let asked: MediaStreamConstraints[];
let refuse: (wish: MediaStreamConstraints) => string | null;

function video(): HTMLVideoElement {
  const element = document.createElement('video');
  Object.defineProperty(element, 'srcObject', { value: null, writable: true });
  element.play = async () => undefined;
  return element;
}

beforeEach(() => {
  vi.useFakeTimers();
  track = new Track();
  asked = [];
  refuse = () => null;
  const media = {
    getUserMedia: async (wish: MediaStreamConstraints) => {
      asked.push(wish);
      const error = refuse(wish);
      if (error) throw Object.assign(new Error(error), { name: error });
      return { getVideoTracks: () => [track], getTracks: () => [track] };
    },
    enumerateDevices: async () => [
      { kind: 'videoinput', deviceId: 'front' },
      { kind: 'audioinput', deviceId: 'ear' },
    ],
  };
  Object.defineProperty(navigator, 'mediaDevices', { value: media, configurable: true });
});
afterEach(() => vi.useRealTimers());

describe('the camera', () => {
  it('says why there is none', async () => {
    for (const [name, state] of [
      ['NotAllowedError', 'refused'],
      ['NotFoundError', 'none'],
      ['OverconstrainedError', 'none'],
      ['NotReadableError', 'busy'],
    ] as const) {
      expect(whyNot(name)).toBe(state);
      refuse = () => name;
      const camera = new Camera();
      await camera.start(video(), '');
      expect(camera.state).toBe(state);
    }
  });

  it('asks for 720p and for the camera that was chosen, and takes another where that one is gone', async () => {
    const camera = new Camera();
    await camera.start(video(), 'front');
    expect(asked[0]?.video).toMatchObject({
      width: { ideal: 1280 },
      height: { ideal: 720 },
      deviceId: { exact: 'front' },
    });
    expect(camera.state).toBe('live');
    expect(camera.devices).toHaveLength(1);
    refuse = (wish) => ((wish.video as MediaTrackConstraints).deviceId ? 'OverconstrainedError' : null);
    await camera.start(video(), 'gone');
    expect(camera.state).toBe('live');
  });

  it('says that it was unplugged amid a scan, and lets the picture go', async () => {
    const camera = new Camera();
    const picture = video();
    await camera.start(picture, '');
    track.dispatchEvent(new Event('ended'));
    expect(camera.state).toBe('unplugged');
    expect(track.stop).toHaveBeenCalled();
    expect(picture.srcObject).toBeNull();
  });

  it('takes a camera that falls silent for one that is gone', async () => {
    const camera = new Camera();
    const stop = camera.watch(
      () => true,
      async () => undefined,
    );
    const picture = video();
    Object.assign(picture, { requestVideoFrameCallback: () => 0 });
    await camera.start(picture, '');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(camera.state).toBe('live');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(camera.state).toBe('unplugged');
    stop();
  });

  it('lets a camera be silent for as long as nobody wants a frame', async () => {
    const camera = new Camera();
    let wanted = false;
    const stop = camera.watch(
      () => wanted,
      async () => undefined,
    );
    const picture = video();
    Object.assign(picture, { requestVideoFrameCallback: () => 0 });
    await camera.start(picture, '');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(camera.state).toBe('live');
    wanted = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(camera.state).toBe('unplugged');
    stop();
  });

  it('offers a torch where there is one, and none that does not work', async () => {
    const camera = new Camera();
    await camera.start(video(), '');
    expect(camera.torch).toBeNull();
    track.capabilities = { torch: true };
    await camera.start(video(), '');
    expect(camera.torch).toBe(false);
    await camera.light(true);
    expect(camera.torch).toBe(true);
    track.applyConstraints.mockRejectedValueOnce(new Error('no'));
    await camera.light(false);
    expect(camera.torch).toBeNull();
  });

  it('has one frame in flight, however slow the reader', async () => {
    const camera = new Camera();
    const calls: (() => void)[] = [];
    const picture = video();
    Object.assign(picture, { requestVideoFrameCallback: (call: () => void) => calls.push(call) });
    Object.defineProperties(picture, { videoWidth: { value: 8 }, videoHeight: { value: 4 } });
    HTMLCanvasElement.prototype.getContext = (() => ({
      drawImage: () => undefined,
      getImageData: () => ({ data: new Uint8ClampedArray(8 * 4 * 4) }),
    })) as never;
    await camera.start(picture, '');
    let done = (): void => undefined;
    const read = vi.fn(() => new Promise<void>((resolve) => (done = resolve)));
    const stop = camera.watch(() => true, read);
    const frame = async () => {
      calls.shift()!();
      await vi.advanceTimersByTimeAsync(33);
    };
    await vi.advanceTimersByTimeAsync(100);
    await frame();
    await frame();
    await frame();
    expect(read).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ length: 32 }), {
      width: 8,
      height: 4,
    });
    // What came meanwhile is taken at once, and once.
    done();
    await vi.advanceTimersByTimeAsync(0);
    expect(read).toHaveBeenCalledTimes(2);
    done();
    await vi.advanceTimersByTimeAsync(0);
    expect(read).toHaveBeenCalledTimes(2);
    await frame();
    expect(read).toHaveBeenCalledTimes(3);
    stop();
  });
});
