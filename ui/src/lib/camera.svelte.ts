/**
 * The camera: which there are, what keeps one from working, and its frames as luma. Frames live in memory for as long as
 * they are read; one is in flight at a time, so that a slow reader never has a queue behind it.
 */
import type { Pixels } from '$backend';

import { fit, luma, type Size } from './luma';

export type CameraState = 'starting' | 'live' | 'none' | 'refused' | 'unplugged' | 'busy';

/** What is sent at most: 1280 x 720 in either direction. */
const MOST = 1280;

/** Longest silence of a camera that is on, in ms. */
const SILENCE = 4_000;

type Torch = MediaTrackCapabilities & { torch?: boolean };

/** What an error of getUserMedia means to a person. */
export function whyNot(name: string): CameraState {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'none';
}

export class Camera {
  state = $state<CameraState>('starting');
  devices = $state.raw<MediaDeviceInfo[]>([]);
  /** On, off, or no torch at all. */
  torch = $state<boolean | null>(null);
  frame: Size = { width: 0, height: 0 };
  #stream: MediaStream | null = null;
  #video: HTMLVideoElement | null = null;
  #turn = 0;
  /** The picture that was looked at last: what stands still behind what was read. */
  readonly still = document.createElement('canvas');

  /** Starts `device`, or any where it is not there any more. */
  async start(video: HTMLVideoElement, device: string): Promise<void> {
    const turn = ++this.#turn;
    this.#release();
    this.state = 'starting';
    this.#video = video;
    try {
      const stream = await this.#open(device);
      if (turn !== this.#turn) return stopAll(stream);
      this.#stream = stream;
      const track = stream.getVideoTracks()[0]!;
      track.addEventListener('ended', () => this.#gone(), { once: true });
      this.torch = (track.getCapabilities?.() as Torch | undefined)?.torch ? false : null;
      video.srcObject = stream;
      await video.play();
      if (turn === this.#turn) this.state = 'live';
      const all = await navigator.mediaDevices.enumerateDevices();
      this.devices = all.filter((one) => one.kind === 'videoinput');
    } catch (thrown) {
      if (turn === this.#turn) this.state = whyNot(thrown instanceof Error ? thrown.name : '');
    }
  }

  stop(): void {
    this.#turn += 1;
    this.#release();
  }

  async light(on: boolean): Promise<void> {
    const track = this.#stream?.getVideoTracks()[0];
    try {
      await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      this.torch = on;
    } catch {
      // It said that it had one. A button that does nothing is none.
      this.torch = null;
    }
  }

  /**
   * Calls `read` with one frame after the other, for as long as `wanted`. A camera that gives no frame any more is gone,
   * whether or not the system says so; while none is wanted a picture that nobody sees may pause.
   */
  watch(wanted: () => boolean, read: (luma: Uint8Array, size: Size) => Promise<void>): () => void {
    let over = false;
    let last = performance.now();
    const frames = new Frames();
    const pulse = setInterval(() => {
      if (this.state !== 'live' || document.hidden || !wanted()) last = performance.now();
      else if (performance.now() - last > SILENCE) this.#gone();
    }, 500);
    const go = async () => {
      while (!over) {
        await frames.next(this.state === 'live' ? this.#video : null);
        if (over) return;
        last = performance.now();
        if (this.state === 'live' && wanted() && !document.hidden) {
          const bytes = this.#grab();
          if (bytes) await read(bytes, this.frame);
        } else {
          await new Promise((done) => setTimeout(done, 100));
        }
      }
    };
    void go();
    return () => {
      over = true;
      frames.stop();
      clearInterval(pulse);
    };
  }

  /** The picture as the camera gives it, in colour; none where it gives none. */
  picture(): Pixels | null {
    const video = this.#video;
    if (!video?.videoWidth || this.state !== 'live') return null;
    const { videoWidth: width, videoHeight: height } = video;
    const rgba = new Uint8Array(this.#draw(video, { width, height }).buffer);
    return { rgba, width, height };
  }

  #grab(): Uint8Array | null {
    const video = this.#video;
    if (!video?.videoWidth) return null;
    const upright = video.videoHeight > video.videoWidth;
    const most = upright ? { width: 720, height: MOST } : { width: MOST, height: 720 };
    this.frame = fit({ width: video.videoWidth, height: video.videoHeight }, most);
    return luma(this.#draw(video, this.frame), new Uint8Array(this.frame.width * this.frame.height));
  }

  #draw(video: HTMLVideoElement, { width, height }: Size): Uint8ClampedArray<ArrayBuffer> {
    if (this.still.width !== width) this.still.width = width;
    if (this.still.height !== height) this.still.height = height;
    const context = this.still.getContext('2d', { willReadFrequently: true, alpha: false })!;
    context.drawImage(video, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer>;
  }

  async #open(device: string): Promise<MediaStream> {
    const media = navigator.mediaDevices;
    if (!media?.getUserMedia) throw new DOMException('', 'NotFoundError');
    const size = { width: { ideal: MOST }, height: { ideal: 720 } };
    const wish = (video: MediaTrackConstraints) => media.getUserMedia({ video, audio: false });
    if (!device) return wish({ ...size, facingMode: 'environment' });
    try {
      return await wish({ ...size, deviceId: { exact: device } });
    } catch (thrown) {
      if (thrown instanceof Error && whyNot(thrown.name) !== 'none') throw thrown;
      return wish(size);
    }
  }

  #gone(): void {
    if (this.state === 'live') this.stop();
    this.state = 'unplugged';
  }

  #release(): void {
    if (this.#stream) stopAll(this.#stream);
    this.#stream = null;
    this.torch = null;
    if (this.#video) this.#video.srcObject = null;
  }
}

/** Waits for a frame that was not looked at yet: one that came while the last was read is taken at once. */
class Frames {
  #video: HTMLVideoElement | null = null;
  #fresh = false;
  #wake: (() => void) | null = null;

  next(video: HTMLVideoElement | null): Promise<void> {
    if (!video || !('requestVideoFrameCallback' in video)) {
      this.#video = null;
      return new Promise((done) => setTimeout(done, 66));
    }
    if (this.#video !== video) {
      this.#video = video;
      this.#fresh = false;
      this.#listen(video);
    }
    if (this.#fresh) {
      this.#fresh = false;
      return Promise.resolve();
    }
    return new Promise((done) => (this.#wake = done));
  }

  stop(): void {
    this.#video = null;
    this.#wake?.();
    this.#wake = null;
  }

  #listen(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback(() => {
      if (this.#video !== video) return;
      this.#fresh = !this.#wake;
      this.#wake?.();
      this.#wake = null;
      this.#listen(video);
    });
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
