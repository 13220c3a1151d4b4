/**
 * What a read feels like: one short rising tone and a tap. Made by WebAudio, since the CSP lets no file be fetched. The
 * tone waits until what was read has been drawn: making it takes the page up to 70 ms on a slow machine.
 */
let audio: AudioContext | undefined;

export function ding(sound: boolean): void {
  navigator.vibrate?.(30);
  if (sound && typeof AudioContext !== 'undefined') requestAnimationFrame(() => setTimeout(tone));
}

function tone(): void {
  audio ??= new AudioContext();
  void audio.resume();
  const [start, wave, volume] = [audio.currentTime, audio.createOscillator(), audio.createGain()];
  wave.frequency.setValueAtTime(880, start);
  wave.frequency.exponentialRampToValueAtTime(1320, start + 0.09);
  volume.gain.setValueAtTime(0.12, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.14);
  wave.connect(volume).connect(audio.destination);
  wave.start(start);
  wave.stop(start + 0.15);
}
