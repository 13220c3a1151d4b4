/** A retention rule in words: `promise + P14D` → "2 weeks after the promise is kept". */
import * as m from '$m';

const ANCHORS: Record<string, (inputs: { period: string }) => string> = {
  capture: m.anchor_capture,
  event_end: m.anchor_event_end,
  promise: m.anchor_promise,
  confirmed: m.anchor_confirmed,
};

export function retentionWords(rule: string): string {
  const found = /^(\w+) ?\+ ?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(rule);
  const anchor = found && ANCHORS[found[1]!];
  if (!found || !anchor) return rule;
  const [years, months, weeks, days] = found.slice(2, 6).map((part) => Number(part ?? 0));
  const parts = [
    years && m.period_years({ count: years }),
    months && m.period_months({ count: months }),
    weeks && m.period_weeks({ count: weeks }),
    days && m.period_days({ count: days }),
  ].filter(Boolean);
  return anchor({ period: parts.join(' ') || m.period_days({ count: 0 }) });
}
