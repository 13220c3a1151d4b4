/** An invented card: its lines as they stand on it, and its picture, drawn. */
import type { CardModelsView, CardView, DraftView, Field } from '../types';

const [WIDTH, HEIGHT] = [850, 550];

interface Line {
  text: string;
  field: Field | null;
  y: number;
  size: number;
}

const FRONT: Line[] = [
  { text: 'Odlewnia Karpie Sp. z o.o.', field: 'company', y: 60, size: 40 },
  { text: 'mgr inż. Jagoda Wierzba', field: 'name', y: 190, size: 44 },
  { text: 'Kierowniczka utrzymania ruchu', field: null, y: 250, size: 28 },
  { text: 'tel. +48 22 555 01 77', field: 'phone', y: 370, size: 26 },
  { text: 'jagoda@karpie.example', field: 'email', y: 410, size: 26 },
  { text: 'ul. Żelazna 4, 87-100 Toruń', field: null, y: 450, size: 26 },
];
const BACK: Line[] = [{ text: 'Odlewamy od 1921 roku', field: null, y: 240, size: 44 }];
const SIDES = [FRONT, BACK];

const view = (lines: Line[]): CardView['sides'][number] => ({
  width: WIDTH,
  height: HEIGHT,
  lines: lines.map(({ text, field, y, size }) => {
    const [left, right, bottom] = [60, 60 + text.length * size * 0.52, y + size * 1.25];
    return {
      corners: [
        [left, y],
        [right, y],
        [right, bottom],
        [left, bottom],
      ],
      field,
    };
  }),
});

/** The card's draft, as one of `of` in the photo. */
export function cardDraft(at = 1, of = 1): DraftView {
  const text = (value: string) => ({ kind: 'text' as const, value });
  return {
    fields: [
      { field: 'name', value: text('Jagoda Wierzba'), doubts: [], purposes: [] },
      { field: 'prefix', value: text('mgr inż.'), doubts: [], purposes: [] },
      {
        field: 'company',
        value: text('Odlewnia Karpie Sp. z o.o.'),
        doubts: ['low_confidence'],
        purposes: [],
      },
      { field: 'email', value: { kind: 'many', value: ['jagoda@karpie.example'] }, doubts: [], purposes: [] },
      { field: 'phone', value: { kind: 'many', value: ['+48225550177'] }, doubts: [], purposes: [] },
    ],
    dropped: ['title', 'address'],
    source: 'card',
    language: 'pl',
    same: null,
    objected: false,
    card: { at, of, sides: [view(FRONT)] },
  };
}

export const withBack = (draft: DraftView): DraftView => ({
  ...draft,
  card: draft.card && { ...draft.card, sides: [view(FRONT), view(BACK)] },
});

export const lineText = (side: number, line: number): string => SIDES[side]?.[line]?.text ?? '';

export function picture(side: number): Uint8ClampedArray<ArrayBuffer> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = canvas.getContext('2d');
  if (!context) return new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  context.fillStyle = '#f7f4ec';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = '#22313f';
  for (const { text, y, size } of SIDES[side] ?? []) {
    context.font = `${size}px sans-serif`;
    context.fillText(text, 60, y + size);
  }
  return context.getImageData(0, 0, WIDTH, HEIGHT).data as Uint8ClampedArray<ArrayBuffer>;
}

export const MODELS: CardModelsView = { choice: 'auto', light: false, first_card: 1_240, installed: true };
