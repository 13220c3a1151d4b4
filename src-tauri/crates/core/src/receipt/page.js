'use strict';
// The receipt stands behind #, which browsers send to no server. Everything here happens on this device.
const CONFIG = /*CONFIG*/null;
const HEADER = '{"alg":"EdDSA","typ":"zgoda-receipt"}';
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const TEXTS = {
  pl: {
    title: 'Potwierdzenie zgody', checking: 'Sprawdzam…', none: 'W tym adresie nie ma potwierdzenia. Proszę ponownie zeskanować kod.',
    good: 'Potwierdzenie jest prawdziwe i niezmienione.', whole: 'Potwierdzenie jest niezmienione. Nie sprawdzono, z którego urządzenia pochodzi.',
    bad: 'To potwierdzenie zostało zmienione albo nie pochodzi od nas.', unable: 'Ta przeglądarka nie potrafi sprawdzić podpisu. Zgodę można odwołać mimo to.',
    code: 'Kod odwołania', when: 'Kiedy', yes: 'Zgoda lub prośba', no: 'Odmowa', withdraw: 'Odwołanie', which: 'Co Pan/Pani odwołuje?',
    all: 'Wszystko', send: 'Odwołaj', why: 'Powodu nie trzeba podawać.', phone: 'Można też zadzwonić i przeczytać kod: ',
    subject: 'Odwołanie zgody', body: 'Odwołuję: ', email: 'e-mail', tel: 'telefon', sms: 'SMS'
  },
  en: {
    title: 'Consent receipt', checking: 'Checking…', none: 'There is no receipt in this address. Please scan the code again.',
    good: 'The receipt is genuine and unchanged.', whole: 'The receipt is unchanged. Which device it came from was not checked.',
    bad: 'This receipt was changed, or it is not ours.', unable: 'This browser cannot check the signature. You can withdraw all the same.',
    code: 'Withdrawal code', when: 'When', yes: 'Agreed to or asked for', no: 'Refused', withdraw: 'Withdraw', which: 'What do you withdraw?',
    all: 'Everything', send: 'Withdraw', why: 'You need not give a reason.', phone: 'You can also call and read out the code: ',
    subject: 'Withdrawal of consent', body: 'I withdraw: ', email: 'e-mail', tel: 'telephone', sms: 'SMS'
  },
  de: {
    title: 'Einwilligungsbeleg', checking: 'Wird geprüft…', none: 'In dieser Adresse steht kein Beleg. Bitte scannen Sie den Code noch einmal.',
    good: 'Der Beleg ist echt und unverändert.', whole: 'Der Beleg ist unverändert. Von welchem Gerät er stammt, wurde nicht geprüft.',
    bad: 'Dieser Beleg wurde verändert oder stammt nicht von uns.', unable: 'Dieser Browser kann die Unterschrift nicht prüfen. Widerrufen können Sie trotzdem.',
    code: 'Widerrufscode', when: 'Wann', yes: 'Zugestimmt oder gewünscht', no: 'Abgelehnt', withdraw: 'Widerruf', which: 'Was widerrufen Sie?',
    all: 'Alles', send: 'Widerrufen', why: 'Sie müssen keinen Grund nennen.', phone: 'Sie können auch anrufen und den Code vorlesen: ',
    subject: 'Widerruf der Einwilligung', body: 'Ich widerrufe: ', email: 'E-Mail', tel: 'Telefon', sms: 'SMS'
  }
};

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

// Strict: only the one spelling of these bytes is taken.
function bytesOf(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error('base64url');
  const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  if (base64url(bytes) !== text) throw new Error('base64url');
  return bytes;
}

const utf8 = (text) => new TextEncoder().encode(text);
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

async function verifies(key, message, signature) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, message);
}

function certificateOf(text) {
  const bytes = bytesOf(text);
  if (bytes.length !== 121 || bytes[0] !== 1) throw new Error('certificate');
  const view = new DataView(bytes.buffer);
  return { body: bytes.slice(0, 57), key: bytes.slice(17, 49), from: view.getUint32(49), until: view.getUint32(53), signature: bytes.slice(57) };
}

function parse(jws) {
  const parts = jws.split('.');
  if (parts.length !== 3 || parts[0] !== base64url(utf8(HEADER))) throw new Error('form');
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(parts[1]));
  const receipt = JSON.parse(text);
  if (JSON.stringify(receipt) !== text) throw new Error('form');
  return { receipt, message: utf8(parts[0] + '.' + parts[1]), signature: bytesOf(parts[2]) };
}

async function judge({ receipt, message, signature }) {
  const certificate = receipt.crt === undefined ? null : certificateOf(receipt.crt);
  const key = certificate ? certificate.key : bytesOf(receipt.key);
  if (!(await verifies(key, message, signature))) return 'bad';
  if (!CONFIG.office) return 'whole';
  if (!certificate) return 'bad';
  const day = Math.floor(receipt.iat / 86400);
  const signed = join(utf8('zgoda device certificate 1\n'), certificate.body);
  const ours = await verifies(bytesOf(CONFIG.office), signed, certificate.signature);
  return ours && certificate.from <= day && day <= certificate.until ? 'good' : 'bad';
}

async function codeOf(receipt) {
  const hex = [...bytesOf(receipt.sub)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8('zgoda withdrawal code 1\n' + hex)));
  let number = hash.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const values = [];
  for (let at = 0; at < 9; at += 1) { values.push(Number(number % 31n)); number /= 31n; }
  const sum = values.reduce((all, value, at) => all + value * (at + 2), 0);
  values.push((31 - (sum % 31)) % 31);
  const text = values.map((value) => ALPHABET[value]).join('');
  return text.slice(0, 5) + '-' + text.slice(5);
}

const at = (id) => document.getElementById(id);

function nameOf(box, language) {
  const [purpose, channel] = box.split(':');
  const label = (CONFIG.labels[purpose] || {})[language] || purpose;
  const words = TEXTS[language];
  const by = { email: words.email, phone: words.tel, sms: words.sms }[channel];
  return by ? label + ' (' + by + ')' : label;
}

function list(target, boxes, language) {
  target.replaceChildren(...boxes.map((box) => Object.assign(document.createElement('li'), { textContent: nameOf(box, language) })));
}

function choices(receipt, language) {
  const target = at('choices');
  const before = new Map([...target.querySelectorAll('input')].map((input) => [input.value, input.checked]));
  const boxes = receipt.yes && receipt.yes.length ? receipt.yes : [''];
  target.replaceChildren(...boxes.map((box) => {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'checkbox', value: box });
    input.checked = before.has(box) ? before.get(box) : true;
    input.addEventListener('change', () => address(language));
    label.append(input, document.createTextNode(box ? nameOf(box, language) : TEXTS[language].all));
    return label;
  }));
}

let state = { verdict: 'none', receipt: null, code: '', jws: '' };

function address(language) {
  const words = TEXTS[language];
  const picked = [...at('choices').querySelectorAll('input:checked')].map((input) => input.value);
  const named = picked.map((box) => (box ? nameOf(box, language) : words.all));
  const body = words.body + named.join(', ') + '\n' + words.code + ': ' + state.code + '\n' + picked.join(' ') + '\n\n' + state.jws;
  const mail = CONFIG.withdraw.startsWith('mailto:');
  at('mail').hidden = !mail || picked.length === 0;
  at('form').hidden = mail || picked.length === 0;
  if (mail) {
    at('mail').href = CONFIG.withdraw + '?subject=' + encodeURIComponent(words.subject + ' ' + state.code) + '&body=' + encodeURIComponent(body);
  } else {
    at('form').action = CONFIG.withdraw;
    at('f-code').value = state.code;
    at('f-withdraw').value = picked.join(' ');
    at('f-receipt').value = state.jws;
  }
}

function show(language) {
  const words = TEXTS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = words[element.dataset.text];
  for (const button of document.querySelectorAll('nav button')) button.setAttribute('aria-pressed', String(button.value === language));
  at('verdict').textContent = words[state.verdict];
  at('verdict').className = 'verdict ' + (state.verdict === 'good' ? 'good' : state.verdict === 'bad' || state.verdict === 'none' ? 'bad' : '');
  const receipt = state.receipt;
  at('receipt').hidden = !receipt || state.verdict === 'bad';
  if (!receipt) return;
  at('code').textContent = state.code;
  at('when').textContent = new Date(receipt.iat * 1000).toLocaleString(language);
  list(at('yes'), receipt.yes || [], language);
  list(at('no'), receipt.no || [], language);
  choices(receipt, language);
  at('phone').hidden = !CONFIG.phone;
  at('number').textContent = CONFIG.phone || '';
  address(language);
}

async function start() {
  const jws = location.hash.slice(1);
  let language = TEXTS[navigator.language.slice(0, 2)] ? navigator.language.slice(0, 2) : 'en';
  state = { verdict: jws ? 'checking' : 'none', receipt: null, code: '', jws };
  if (jws) {
    try {
      const parsed = parse(jws);
      if (TEXTS[parsed.receipt.lng]) language = parsed.receipt.lng;
      state.receipt = parsed.receipt;
      state.code = await codeOf(parsed.receipt);
      try {
        state.verdict = await judge(parsed);
      } catch (error) {
        state.verdict = error.name === 'NotSupportedError' ? 'unable' : 'bad';
      }
    } catch {
      state.verdict = 'bad';
      state.receipt = null;
    }
  }
  show(language);
}

for (const button of document.querySelectorAll('nav button')) button.addEventListener('click', () => show(button.value));
addEventListener('hashchange', start);
start();
