/** A page from which nothing leads away: no menu, and no dropped file that would open in its place. */
export function shut(page: Window, { menu }: { menu: boolean }): void {
  const refused = ['dragover', 'drop', ...(menu ? ['contextmenu'] : [])];
  for (const type of refused) page.addEventListener(type, (event) => event.preventDefault());
}
