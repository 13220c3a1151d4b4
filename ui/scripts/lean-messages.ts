/**
 * Compiles messages to a third of their code: one shared choice of the language instead of one in every message. How: the
 * last statement of a compiled message, which asks for the language in four lines, becomes a call. When: in every build
 * and test alike; a message that does not look as expected is an error, so that a new compiler cannot slip by.
 */
import type { Plugin } from 'vite';

const SHARED = '\0messages:say';
const MESSAGE = /\/paraglide\/messages\/(?!_)[^/]+\.js$/;
/** Nothing happens where it is loaded, so that each message goes with the part of the screens that says it. */
const INDEX = /\/paraglide\/messages\/_index\.js$/;
const TAIL =
  /(?:\/\* @__NO_SIDE_EFFECTS__ \*\/\s*)?export const (\w+) = \(inputs(?: = \{\})?, options = \{\}\) => \{[\s\S]*?\n\};?\s*$/;

export function leanMessages(locales: readonly string[], runtime: string): Plugin {
  return {
    name: 'lean-messages',
    resolveId: (id) => (id === SHARED ? id : null),
    load: (id) =>
      id === SHARED
        ? `import { getLocale } from ${JSON.stringify(runtime)};
           const at = ${JSON.stringify(locales)};
           export const say = (...texts) => (inputs) => texts[at.indexOf(getLocale())](inputs);`
        : null,
    transform(code, id) {
      if (INDEX.test(id)) return { code, map: null, moduleSideEffects: false };
      if (!MESSAGE.test(id.replace(/\?.*/, ''))) return null;
      const name = TAIL.exec(code)?.[1];
      if (!name) return this.error(`a message of another form: ${id}`);
      const texts = locales.map((locale) => `${locale}_${name}`);
      if (!texts.every((text) => code.includes(`const ${text} =`)))
        return this.error(`a language lacks: ${id}`);
      const lean = `export const ${name} = /* @__PURE__ */ say(${texts.join(', ')});`;
      return {
        code: `import { say } from ${JSON.stringify(SHARED)};\n${code.replace(TAIL, lean)}`,
        map: null,
        moduleSideEffects: false,
      };
    },
  };
}
