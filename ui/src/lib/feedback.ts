/** What a read feels like: one short rising tone and a tap. Made by WebAudio, since the CSP lets no file be fetched. */
let audio: AudioContext | undefined;

export function ding(sound: boolean): void {
  navigator.vibrate?.(30);
  if (!sound || typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  void audio.resume();
  const [start, tone, volume] = [audio.currentTime, audio.createOscillator(), audio.createGain()];
  tone.frequency.setValueAtTime(880, start);
  tone.frequency.exponentialRampToValueAtTime(1320, start + 0.09);
  volume.gain.setValueAtTime(0.12, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.14);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.15);
}
