import { describe, expect, it } from 'vitest';

import { touches } from '$lib/note';

describe('a note', () => {
  it.each([
    ['Była chora, wraca w marcu', 'health', 'chora'],
    ['Mąż w szpitalu', 'health', 'szpitalu'],
    ['Is pregnant, call in June', 'health', 'pregnant'],
    ['Zurzeit krankgeschrieben', 'health', 'krankgeschrieben'],
    ['Gorliwy katolik', 'belief', 'katolik'],
    ['Member of the trade union there', 'belief', 'trade union'],
    ['In der Gewerkschaft aktiv', 'belief', 'gewerkschaft'],
    ['Trochę arogancki', 'opinion', 'arogancki'],
    ['Rude to everyone', 'opinion', 'rude'],
    ['Etwas nervig', 'opinion', 'nervig'],
  ] as const)('“%s” touches %s', (note, topic, word) => {
    expect(touches(note)).toEqual({ topic, word });
  });

  it.each([
    'Dwa siewniki, dostawa przed wiosną.',
    'Interested in two seeders, budget in March.',
    'Zwei Sämaschinen, Lieferung vor dem Frühjahr.',
    'Prosi o ofertę na serwis; rozmowa z działem zakupów.',
    'Fattoria Verde wants a demo',
    '',
  ])('“%s” is about business', (note) => {
    expect(touches(note)).toBeNull();
  });
});
