/** Every screen and state, and the taps that lead there; for axe and for the pictures alike. */
const tap = (page, id) => page.getByTestId(id).first().click();
const nav = (part) => async (page) => {
  await tap(page, `nav-${part}`);
};
const setting = (part) => async (page) => {
  await tap(page, 'nav-settings');
  await tap(page, `set-${part}`);
};
const photo = async (page) =>
  page
    .getByTestId('photo-input')
    .setInputFiles({ name: 'badge.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('x') });
const editor = async (page) => {
  await setting('event')(page);
  await tap(page, 'editor-open');
};
/** The profile in use, opened at a part of the form. */
const editing = async (page, part) => {
  await editor(page);
  await tap(page, 'editor-in-use');
  await page.getByTestId('says').waitFor({ state: 'attached' });
  await tap(page, `part-${part}`);
};
const listFile = async (page) => {
  await setting('list')(page);
  await page
    .getByTestId('list-input')
    .setInputFiles({ name: 'webinar.csv', mimeType: 'text/csv', buffer: Buffer.from('x') });
};
const listEvidence = async (page, lang) => {
  await listFile(page);
  const wording = {
    pl: 'Chcę otrzymywać newsletter na mój adres e-mail.',
    en: 'Send me the newsletter by e-mail.',
    de: 'Senden Sie mir den Newsletter per E-Mail.',
  };
  await page.getByTestId('list-collected').fill('2026-11-18');
  await page.getByTestId('cover-newsletter-email').check();
  await page.getByTestId('cover-newsletter-email-column').selectOption('Newsletter?');
  await page.getByTestId('cover-newsletter-email-version').fill('webinar-2026-3');
  await page.getByTestId('cover-newsletter-email-wording').fill(wording[lang]);
};
/** A few waves with the mouse. */
const sign = async (page) => {
  const field = await page.getByTestId('sign-field').boundingBox();
  const to = (x, y) => page.mouse.move(field.x + x * field.width, field.y + y * field.height, { steps: 6 });
  await to(0.1, 0.7);
  await page.mouse.down();
  for (const at of [1, 2, 3, 4, 5, 6, 7]) await to(0.1 + at * 0.1, at % 2 ? 0.25 : 0.7);
  await page.mouse.up();
};
const next = (page, scan) => page.evaluate((one) => (globalThis.zgodaFake.scan = one), scan);
/** A card in every frame of the camera. */
const seen = async (page, advice) => {
  await page.evaluate((advice) => {
    const corners = [
      [330, 170],
      [950, 190],
      [940, 570],
      [320, 550],
    ];
    const scan = () => (globalThis.zgodaFake.scan ??= { outcome: 'card', corners, advice });
    scan();
    setInterval(scan, 20);
  }, advice);
  await page.locator('.paper').waitFor();
};
const fail = (page, code) => page.evaluate((one) => (globalThis.zgodaFake.fail = one), code);
/** A page hears its keys once it stands. */
const shortcut = async (page, key) => {
  await page.getByTestId('nav-help').first().waitFor();
  await page.keyboard.press(key);
};
const pin = async (page, id, digits) => {
  await page.getByTestId(id).fill(digits);
  await page.keyboard.press('Enter');
};

const DRAFT = {
  fields: [
    { field: 'name', value: { kind: 'text', value: 'Żegota Łącki' }, doubts: [], purposes: [] },
    {
      field: 'company',
      value: { kind: 'text', value: 'Huta Szkła Świteź' },
      doubts: ['low_confidence'],
      purposes: [],
    },
    {
      field: 'email',
      value: { kind: 'many', value: ['zegota@xn--switez-pk5d.example'] },
      doubts: ['look_alike_domain'],
      purposes: [],
    },
  ],
  dropped: ['website', 'birthday'],
  source: 'badge',
  language: 'pl',
  same: null,
  objected: false,
};

export const SCENES = [
  { name: 'first-language', scene: 'first' },
  { name: 'first-pin', scene: 'first', act: async (page, lang) => tap(page, `first-${lang}`) },
  {
    name: 'first-pin-again',
    scene: 'first',
    act: async (page, lang) => {
      await tap(page, `first-${lang}`);
      await pin(page, 'secret', '2580');
    },
  },
  {
    name: 'first-passphrase',
    scene: 'first,passphrase',
    act: async (page, lang) => tap(page, `first-${lang}`),
  },
  {
    name: 'first-profile',
    scene: 'first',
    act: async (page, lang) => {
      await tap(page, `first-${lang}`);
      await pin(page, 'secret', '2580');
      await pin(page, 'secret-again', '2580');
    },
  },
  {
    name: 'first-profile-refused',
    scene: 'first',
    act: async (page, lang) => {
      await tap(page, `first-${lang}`);
      await pin(page, 'secret', '2580');
      await pin(page, 'secret-again', '2580');
      await tap(page, 'profile-own');
      await page
        .getByTestId('profile-input')
        .setInputFiles({ name: 'targi.toml', mimeType: 'text/plain', buffer: Buffer.from('x') });
      await page.getByTestId('findings').waitFor();
    },
  },
  {
    name: 'first-device',
    scene: 'first',
    act: async (page, lang) => {
      await tap(page, `first-${lang}`);
      await pin(page, 'secret', '2580');
      await pin(page, 'secret-again', '2580');
      await tap(page, 'profile-device');
      await page
        .getByTestId('move-in-input')
        .setInputFiles({ name: 'zgoda-device.zgoda', mimeType: '', buffer: Buffer.from('x') });
      await page.getByTestId('move-in-pass').waitFor();
    },
  },
  {
    name: 'first-opened',
    scene: 'first,opened',
    act: async (page, lang) => {
      await tap(page, `first-${lang}`);
      await pin(page, 'secret', '2580');
      await pin(page, 'secret-again', '2580');
      await page.getByTestId('profile-input').waitFor({ state: 'attached' });
    },
  },
  {
    name: 'first-write',
    scene: 'first',
    act: async (page, lang) => {
      await tap(page, `first-${lang}`);
      await pin(page, 'secret', '2580');
      await pin(page, 'secret-again', '2580');
      await tap(page, 'profile-own');
      await tap(page, 'profile-write');
      await page.getByTestId('firm-name').fill('Dobre Maszyny Sp. z o.o.');
      await tap(page, 'preset-trade_fair');
      await page.getByTestId('seen').waitFor({ state: 'attached' });
    },
  },
  { name: 'keyring-locked', scene: 'keyring' },
  { name: 'settings-damaged', scene: 'settings-damaged' },
  {
    name: 'settings-mended',
    scene: 'settings-damaged,settings-key',
    act: async (page) => {
      await tap(page, 'mend');
      await page.getByTestId('mended').waitFor();
    },
  },
  { name: 'locked', scene: 'locked' },
  {
    name: 'locked-wrong',
    scene: 'locked',
    act: async (page) => {
      for (const wrong of ['0000', '1111']) {
        await pin(page, 'secret', wrong);
        await page.waitForTimeout(300);
      }
    },
  },
  { name: 'locked-passphrase', scene: 'locked,passphrase' },
  { name: 'locked-older', scene: 'locked,older', act: async (page) => pin(page, 'secret', '2580') },
  { name: 'scan', camera: true },
  {
    name: 'scan-found',
    camera: true,
    act: async (page) => {
      await next(page, {
        outcome: 'person',
        draft: DRAFT,
        corners: [
          [502, 266],
          [772, 266],
          [776, 536],
          [504, 532],
        ],
      });
      await page.locator('.tick').waitFor();
      await page.getByTestId('kept').waitFor();
    },
  },
  {
    name: 'scan-hint',
    camera: true,
    // The hint comes after two seconds without a read.
    act: (page) => page.waitForTimeout(2_300),
  },
  {
    name: 'scan-camera-refused',
    act: async (page) => {
      await page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      });
      await tap(page, 'camera-retry');
    },
  },
  {
    name: 'scan-camera-unplugged',
    camera: true,
    act: async (page) => {
      await page.waitForFunction(() => document.querySelector('video')?.srcObject);
      await page.evaluate(() => {
        document.querySelector('video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'));
      });
    },
  },
  { name: 'scan-no-camera' },
  { name: 'scan-over', scene: 'over' },
  { name: 'scan-nothing', scene: 'no-code', act: photo },
  {
    name: 'scan-url',
    act: async (page) => {
      await next(page, { outcome: 'other', text: 'https://targi.example/v/8f3a2', url: true, corners: null });
      await photo(page);
    },
  },
  {
    name: 'scan-other',
    act: async (page) => {
      await next(page, { outcome: 'other', text: 'WIFI:T:WPA;S:Hala 5;P:;;', url: false, corners: null });
      await photo(page);
    },
  },
  {
    name: 'scan-error',
    act: async (page) => {
      await fail(page, 'image_too_large');
      await photo(page);
    },
  },
  { name: 'sheet', act: photo },
  {
    name: 'sheet-filled',
    act: async (page, lang) => {
      await photo(page);
      await tap(page, 'asked-send_offer');
      await page.getByTestId('rating-hot').check();
      const note = {
        pl: 'Dwa siewniki. Była chora, wraca w marcu.',
        en: 'Two seeders. Was sick, back in March.',
        de: 'Zwei Sämaschinen. War krank, ab März zurück.',
      };
      await page.getByTestId('note').fill(note[lang]);
    },
  },
  {
    name: 'sheet-day',
    act: async (page) => {
      await photo(page);
      await tap(page, 'asked-send_offer');
      await tap(page, 'due-pick');
    },
  },
  {
    name: 'sheet-questions',
    act: async (page) => {
      await photo(page);
      await tap(page, 'asked-send_offer');
      await tap(page, 'answer-machines-press');
      await page.getByTestId('answer-hectares').fill('120');
    },
  },
  {
    name: 'sheet-edit',
    act: async (page) => {
      await photo(page);
      await tap(page, 'field-company');
    },
  },
  {
    name: 'sheet-doubt',
    act: async (page) => {
      await next(page, { outcome: 'person', draft: DRAFT, corners: null });
      await photo(page);
    },
  },
  {
    name: 'sheet-same',
    act: async (page) => {
      const same = {
        lead: '00000000-0000-4000-8000-000000000001',
        captured_at: '2026-11-24T09:12:00+01:00',
        forgotten: false,
      };
      await next(page, { outcome: 'person', draft: { ...DRAFT, same }, corners: null });
      await photo(page);
    },
  },
  {
    name: 'sheet-objected',
    act: async (page) => {
      await next(page, { outcome: 'person', draft: { ...DRAFT, objected: true }, corners: null });
      await photo(page);
      await page.getByTestId('objected').waitFor();
    },
  },
  {
    name: 'sheet-opaque',
    act: async (page) => {
      await next(page, {
        outcome: 'opaque',
        system: 'pretix',
        draft: { ...DRAFT, fields: [], dropped: ['other'] },
        corners: null,
      });
      await photo(page);
    },
  },
  { name: 'card', scene: 'card', act: photo },
  {
    name: 'card-second',
    scene: 'card,cards',
    act: async (page) => {
      await photo(page);
      await tap(page, 'discard');
      await page.getByTestId('card-of').getByText(/^\D+2/).waitFor();
    },
  },
  {
    name: 'card-line',
    scene: 'card',
    act: async (page) => {
      await photo(page);
      await tap(page, 'card-line-2');
    },
  },
  {
    name: 'card-swap',
    scene: 'card',
    act: async (page) => {
      await photo(page);
      await tap(page, 'swap-name');
    },
  },
  {
    name: 'card-sides',
    scene: 'card',
    act: async (page) => {
      await photo(page);
      await page
        .getByTestId('card-side-input')
        .setInputFiles({ name: 'back.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('x') });
      await page.getByRole('button', { name: /2$/ }).click();
    },
  },
  {
    name: 'card-found',
    camera: true,
    act: (page) => seen(page, 'still'),
  },
  {
    name: 'card-turn',
    scene: 'card',
    camera: true,
    act: async (page) => {
      await photo(page);
      await tap(page, 'card-turn');
    },
  },
  { name: 'settings-cards-missing', scene: 'no-models', act: setting('camera') },
  { name: 'type-in', act: (page) => tap(page, 'type-in') },
  { name: 'away', scene: 'away' },
  { name: 'clock', scene: 'clock', act: nav('leads') },
  { name: 'leads', act: nav('leads') },
  {
    name: 'lead',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
    },
  },
  {
    name: 'lead-answers',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
      await tap(page, 'answers-change');
      await page.getByTestId('lead-answers').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'lead-signature',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
      await page.getByTestId('lead-signature').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'lead-refused',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await page.getByTestId('lead-row').nth(4).click();
    },
  },
  {
    name: 'lead-erasing',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
      await tap(page, 'erase');
    },
  },
  {
    name: 'leads-none',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await page.getByTestId('search').fill('xyz');
    },
  },
  { name: 'leads-empty', scene: 'empty', act: nav('leads') },
  {
    name: 'leads-many',
    scene: 'many',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await page.getByTestId('leads-more').waitFor();
      await page.evaluate(() =>
        document.querySelector('[data-testid=leads-more]').closest('ul').scrollTo(0, 1e6),
      );
      await page.getByTestId('lead-row').nth(90).waitFor();
    },
  },
  {
    name: 'lead-withdrawing',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
      await page.locator('[data-testid^="withdraw-"]').last().click();
    },
  },
  {
    name: 'lead-correcting',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
      await tap(page, 'correct');
      await tap(page, 'field-company');
    },
  },
  {
    name: 'lead-rights',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await tap(page, 'lead-row');
      await page.getByTestId('access').scrollIntoViewIfNeeded();
      await tap(page, 'access');
    },
  },
  {
    name: 'leads-reference',
    scene: 'reference',
    act: async (page) => {
      await tap(page, 'nav-leads');
      await page.getByTestId('search').fill('YZEAR-8BGSZ');
      await page.getByTestId('reference').waitFor();
    },
  },
  { name: 'followups', act: nav('followups') },
  { name: 'followups-empty', scene: 'empty', act: nav('followups') },
  {
    name: 'followups-sent',
    act: async (page) => {
      await tap(page, 'nav-followups');
      await tap(page, 'followup-sent');
    },
  },
  {
    name: 'followups-no-program',
    scene: 'no-mail-program',
    act: async (page) => {
      await tap(page, 'nav-followups');
      await tap(page, 'followup-write');
    },
  },
  { name: 'sync', act: nav('sync') },
  {
    name: 'sync-running',
    scene: 'slow',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('sync-running').waitFor();
    },
  },
  {
    name: 'sync-older',
    scene: 'copied',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('sync-older').waitFor();
    },
  },
  {
    name: 'sync-done',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('sync-done').waitFor();
    },
  },
  {
    name: 'sync-many',
    scene: 'crowd',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('sync-more').waitFor();
      await page.getByTestId('sync-done').waitFor();
      await page.getByTestId('sync-more').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'sync-left-alone',
    scene: 'left-alone',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('error').waitFor();
    },
  },
  {
    name: 'sync-offline',
    scene: 'offline',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('sync-done').waitFor();
    },
  },
  { name: 'sync-metered', scene: 'metered', act: nav('sync') },
  {
    name: 'sync-opted-out',
    scene: 'opted-out',
    act: async (page) => {
      await tap(page, 'nav-sync');
      await tap(page, 'sync-start');
      await page.getByTestId('sync-opted-out').waitFor();
    },
  },
  { name: 'sync-token', scene: 'crm', act: nav('sync') },
  { name: 'sync-empty', scene: 'empty', act: nav('sync') },
  { name: 'settings', act: nav('settings') },
  {
    name: 'settings-over',
    scene: 'over',
    act: async (page) => {
      await nav('settings')(page);
      await page.getByTestId('set-event').waitFor();
    },
  },
  {
    name: 'settings-trusted',
    scene: 'trusted',
    act: async (page) => {
      await setting('event')(page);
      await page.getByTestId('trust').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings-opened',
    scene: 'opened',
    act: (page) => page.getByTestId('profile-opened').scrollIntoViewIfNeeded(),
  },
  {
    name: 'settings-update',
    scene: 'updates',
    act: async (page) => {
      await setting('about')(page);
      await tap(page, 'update-look');
      await page.getByTestId('update-notes').waitFor();
    },
  },
  {
    name: 'settings-update-refused',
    scene: 'updates',
    act: async (page) => {
      await setting('about')(page);
      await tap(page, 'update-look');
      await tap(page, 'update-install');
      await page.getByTestId('error').waitFor();
    },
  },
  {
    name: 'settings-update-loading',
    scene: 'updates,installing',
    act: async (page) => {
      await setting('about')(page);
      await tap(page, 'update-look');
      await tap(page, 'update-install');
      await page.getByRole('progressbar').waitFor();
    },
  },
  { name: 'editor-begin', act: editor },
  { name: 'editor', act: (page) => editing(page, 'event') },
  {
    name: 'editor-purposes',
    act: async (page, lang) => {
      await editing(page, 'purposes');
      await page.getByTestId('at-purpose.1.email.en').fill('Send me news of ploughs by e-mail.');
      await page.getByTestId('purpose.1-bump').waitFor();
      await page.getByTestId('purpose-1').scrollIntoViewIfNeeded();
      await tap(page, `seen-${lang}`).catch(() => undefined);
    },
  },
  {
    name: 'editor-notice',
    act: async (page, lang) => {
      await editing(page, 'notice');
      await page.getByTestId(`at-notice.${lang}.recipients`).fill('');
      await page.getByTestId('says').locator('.error').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: 'editor-questions',
    act: async (page) => {
      await editing(page, 'questions');
      await tap(page, 'question-0-down');
      await page.getByTestId('says').locator('.error').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: 'editor-question-new',
    act: async (page) => {
      await editing(page, 'questions');
      await tap(page, 'question-add');
      await page.getByTestId('question-5').scrollIntoViewIfNeeded();
    },
  },
  { name: 'editor-device', act: (page) => editing(page, 'device') },
  {
    name: 'editor-mail',
    act: async (page) => {
      await editing(page, 'purposes');
      await page.getByTestId('at-purpose.0.mail.de.subject').fill('');
      await page.getByTestId('says').locator('.warning').nth(1).waitFor({ state: 'attached' });
      await page.getByTestId('purpose.0-mail').evaluate((mail) => mail.scrollIntoView());
    },
  },
  { name: 'editor-around', act: (page) => editing(page, 'around') },
  {
    name: 'editor-columns',
    act: async (page) => {
      await editing(page, 'around');
      await page.getByTestId('at-crm.kind').selectOption('hubspot');
      await page.getByTestId('at-crm.fields.company').fill('firm');
      await page.getByTestId('at-crm.answers.hectares').fill('Firm');
      await page.getByTestId('says').locator('.error').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: 'editor-seen',
    act: async (page) => {
      await editing(page, 'event');
      const side = page.getByTestId('side-seen');
      if (await side.isVisible()) await side.click();
    },
  },
  {
    name: 'editor-finish',
    act: async (page) => {
      await editing(page, 'event');
      await tap(page, 'editor-finish');
      await page
        .getByTestId('key-file')
        .setInputFiles({ name: 'office.key', mimeType: 'application/json', buffer: Buffer.from('{}') });
    },
  },
  {
    name: 'editor-key',
    act: async (page) => {
      await editing(page, 'event');
      await tap(page, 'editor-finish');
      await tap(page, 'key-make');
      await page.getByTestId('secret').fill('zielone pole rzepaku');
    },
  },
  {
    name: 'editor-key-made',
    act: async (page) => {
      await editing(page, 'event');
      await tap(page, 'editor-finish');
      await tap(page, 'key-make');
      await page.getByTestId('secret').fill('zielone pole rzepaku');
      await page.getByTestId('secret-again').fill('zielone pole rzepaku');
      await tap(page, 'submit');
      await page.getByTestId('key-made').waitFor();
    },
  },
  { name: 'list', act: setting('list') },
  { name: 'list-refused', scene: 'no-list', act: (page) => listFile(page) },
  { name: 'list-evidence', act: (page, lang) => listEvidence(page, lang) },
  {
    name: 'list-preview',
    act: async (page, lang) => {
      await listEvidence(page, lang);
      await tap(page, 'list-preview');
      await page.getByTestId('list-counts').waitFor();
    },
  },
  {
    name: 'list-imported',
    act: async (page, lang) => {
      await listEvidence(page, lang);
      await tap(page, 'list-preview');
      await tap(page, 'list-import');
      await page.getByTestId('list-recent').waitFor();
    },
  },
  { name: 'settings-crm', scene: 'crm', act: setting('crm') },
  {
    name: 'settings-crm-offline',
    scene: 'offline',
    act: async (page) => {
      await setting('crm')(page);
      await tap(page, 'crm-test');
      await page.waitForTimeout(400);
    },
  },
  {
    name: 'settings-crm-bare',
    scene: 'crm,bare-crm',
    act: async (page) => {
      await setting('crm')(page);
      await tap(page, 'crm-test');
      await page.getByTestId('crm-missing').waitFor();
    },
  },
  {
    name: 'settings-crm-untold',
    scene: 'crm,untold-crm',
    act: async (page) => {
      await setting('crm')(page);
      await tap(page, 'crm-test');
      await page.getByTestId('crm-missing').waitFor();
    },
  },
  { name: 'settings-sign-in', scene: 'browser', act: setting('crm') },
  {
    name: 'settings-sign-in-waits',
    scene: 'browser,slow',
    act: async (page) => {
      await setting('crm')(page);
      await page.locator('#sign-in-tenant').fill('dobremaszyny.example');
      await page.getByTestId('sign-in-client').fill('5eed0000-0000-4000-8000-000000000000');
      await tap(page, 'sign-in-begin');
      await page.getByTestId('sign-in-stop').waitFor();
    },
  },
  {
    name: 'settings-sign-in-refused',
    scene: 'browser',
    act: async (page) => {
      await setting('crm')(page);
      await page.locator('#sign-in-tenant').fill('dobremaszyny.example');
      await page.getByTestId('sign-in-client').fill('5eed0000-0000-4000-8000-000000000000');
      await fail(page, 'sign_in_refused');
      await tap(page, 'sign-in-begin');
      await page.getByTestId('error').waitFor();
    },
  },
  { name: 'settings-organiser', scene: 'organiser', act: setting('crm') },
  {
    name: 'settings-organiser-tested',
    scene: 'organiser',
    act: async (page) => {
      await setting('crm')(page);
      await page.getByTestId('lookup-key').fill('WRONG');
      await page.keyboard.press('Enter');
      await page.getByTestId('lookup-test').and(page.locator(':enabled')).click();
      await page.locator('.test .bad').waitFor();
    },
  },
  { name: 'settings-camera', act: setting('camera') },
  { name: 'settings-lock', act: setting('lock') },
  {
    name: 'settings-secret',
    act: async (page) => {
      await setting('lock')(page);
      await tap(page, 'change-secret');
    },
  },
  {
    name: 'settings-secret-new',
    act: async (page) => {
      await setting('lock')(page);
      await tap(page, 'change-secret');
      await pin(page, 'old-secret', '2580');
    },
  },
  { name: 'overview', act: nav('overview') },
  {
    name: 'overview-asked',
    act: async (page) => {
      await tap(page, 'nav-overview');
      await page.locator('#asked').evaluate((head) => head.scrollIntoView());
    },
  },
  { name: 'overview-empty', scene: 'empty', act: nav('overview') },
  {
    name: 'overview-saved',
    act: async (page) => {
      await tap(page, 'nav-overview');
      await tap(page, 'ends-save');
    },
  },
  {
    name: 'overview-picked',
    act: async (page) => {
      await tap(page, 'nav-overview');
      await page.getByTestId('pick-day').selectOption({ index: 2 });
      await page.getByTestId('pick-device').selectOption({ index: 2 });
      await tap(page, 'hours-table');
    },
  },
  { name: 'settings-language', act: setting('language') },
  { name: 'settings-about', act: setting('about') },
  { name: 'settings-events', act: setting('events') },
  { name: 'settings-events-closed', scene: 'closed,empty', act: setting('events') },
  {
    name: 'settings-events-waits',
    scene: 'offline',
    act: async (page) => {
      await setting('events')(page);
      await tap(page, 'close');
      await page.getByTestId('close-anyway').waitFor();
    },
  },
  {
    name: 'settings-events-leaving',
    act: async (page) => {
      await setting('events')(page);
      await tap(page, 'event-use');
      await page.getByTestId('leaving').waitFor();
    },
  },
  { name: 'settings-devices', act: setting('devices') },
  {
    name: 'settings-devices-out',
    act: async (page) => {
      await setting('devices')(page);
      await tap(page, 'move-out');
    },
  },
  {
    name: 'settings-devices-office',
    act: async (page) => {
      await setting('devices')(page);
      await tap(page, 'move-out');
      await tap(page, 'move-out-by-key');
    },
  },
  {
    name: 'settings-devices-in',
    act: async (page) => {
      await setting('devices')(page);
      await page
        .getByTestId('move-in-input')
        .setInputFiles({ name: 'zgoda-device.zgoda', mimeType: '', buffer: Buffer.from('x') });
      await page.getByTestId('move-in-pass').fill('zielone pole rzepaku');
      await tap(page, 'move-in');
      await page.getByTestId('moved-in').waitFor();
    },
  },
  {
    name: 'help',
    act: async (page) => {
      await shortcut(page, 'F1');
      await tap(page, 'help-attendee');
    },
  },
  {
    name: 'shortcuts',
    act: async (page) => {
      await shortcut(page, '?');
      await tap(page, 'shortcuts');
    },
  },
  {
    name: 'tour',
    act: async (page) => {
      await tap(page, 'nav-help');
      await tap(page, 'tour');
      await tap(page, 'tour-next');
    },
  },
  { name: 'attendee', page: 'attendee.html' },
  {
    name: 'attendee-answered',
    page: 'attendee.html',
    act: async (page) => {
      await page.getByTestId('box-newsletter-email').check();
      await tap(page, 'strike-send_offer');
    },
  },
  {
    name: 'attendee-questions',
    page: 'attendee.html',
    scene: 'questions',
    act: async (page) => {
      await tap(page, 'save');
      await tap(page, 'answer-demonstration-yes');
    },
  },
  {
    name: 'attendee-signature',
    page: 'attendee.html',
    scene: 'signature',
    act: async (page) => {
      await tap(page, 'save');
      await sign(page);
    },
  },
  {
    name: 'attendee-signature-typed',
    page: 'attendee.html',
    scene: 'questions,signature',
    act: async (page) => {
      await tap(page, 'save');
      await tap(page, 'sign-other');
      await page.getByTestId('sign-name').fill('Zofia Wiśniewska-Król');
    },
  },
  {
    name: 'attendee-notice',
    page: 'attendee.html',
    act: (page) => tap(page, 'more'),
  },
  {
    name: 'attendee-error',
    page: 'attendee.html',
    scene: 'full',
    act: async (page) => {
      await tap(page, 'save');
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'attendee-thanks',
    page: 'attendee.html',
    act: async (page) => {
      await tap(page, 'save');
      await page.getByTestId('thanks').waitFor();
    },
  },
  {
    name: 'attendee-receipt',
    page: 'attendee.html',
    scene: 'receipt',
    act: async (page) => {
      await tap(page, 'save');
      await page.getByTestId('thanks').waitFor();
    },
  },
  {
    name: 'attendee-nothing',
    page: 'attendee.html',
    act: async (page) => {
      await tap(page, 'nothing');
      await page.getByTestId('thanks').waitFor();
    },
  },
  { name: 'attendee-hand-back', page: 'attendee.html', scene: 'nobody' },
];
