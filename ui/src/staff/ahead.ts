/**
 * A first start, said by Rust in the window's address, sooner than it can be asked: its first screen is painted at once. Said
 * once; a page that is loaded again asks.
 */
export const firstAhead = location.hash === '#first';
if (firstAhead) history.replaceState(null, '', location.pathname);

export const firstStart = () => import('./start/FirstStart.svelte');
