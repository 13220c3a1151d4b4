/** A CRM that signs people in by the browser, and an organiser's service, both invented. */
import type { CrmView, LookupView, TestView, ToAskView } from '../index';

/** Dataverse, which wants the most to be told. */
export const BY_BROWSER: CrmView = {
  kind: 'dataverse',
  target: 'https://dobremaszyny.crm4.dynamics.example',
  plain: false,
  needs_secret: true,
  has_secret: false,
  sign_in: { tenant: true, needs_secret: false, redirect: 'http://localhost:47813/zgoda' },
};

export const ORGANISER: LookupView = {
  service: 'pretix',
  target: 'https://bilety.targi.example',
  event: null,
  has_key: false,
  to_ask: 3,
};

export const TO_ASK: ToAskView[] = [
  {
    lead: '00000000-0000-4000-8000-000000000000',
    name: 'k4bq9zwxy2m7ah3cdefg5jnprstuv268',
    lacks: ['name', 'email'],
  },
  { lead: '00000000-0000-4000-8000-000000000001', name: 'Jolanta Żółw', lacks: ['email'] },
  {
    lead: '00000000-0000-4000-8000-000000000002',
    name: 'zofia@pompy-los.example',
    lacks: ['name', 'company'],
  },
];

export const SIGN_IN_ADDRESS =
  'https://login.example/dobremaszyny.example/oauth2/v2.0/authorize?response_type=code&state=5eed';

const BARE: TestView = { ok: false, reason: null, account: null, missing: [], can_make: false };

/** What a test of the CRM says. */
export function tested(offline: boolean, state: 'whole' | 'untold' | 'bare', setUp: boolean): TestView {
  if (offline) return { ...BARE, reason: 'offline' };
  if (state === 'whole') return { ...BARE, ok: true };
  if (state === 'untold')
    return { ...BARE, ok: true, missing: [{ what: 'subscription_type', name: 'newsletter' }] };
  const permission = { what: 'permission' as const, name: 'crm.schemas.contacts.write' };
  const fields = ['zgoda_lead', 'zgoda_proof'].map((name) => ({ what: 'custom_field' as const, name }));
  return { ...BARE, missing: setUp ? [permission] : fields, can_make: !setUp };
}

/** What a test of the organiser's service says of `key`. */
export const lookedUp = (offline: boolean, key: string): TestView => {
  if (offline) return { ...BARE, reason: 'offline' };
  return key === 'WRONG' ? { ...BARE, reason: 'sign_in' } : { ...BARE, ok: true };
};
