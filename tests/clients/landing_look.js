/* landing_look.js DIR: what a real Chromium makes of the landing page.
 *
 * DIR holds NAME.html and "policy", the Content-Security-Policy they go by.
 * Each complaint is a line "WHAT<tab>NAME: complaint", and "WHAT<tab>" alone
 * says that WHAT was looked at.  Pictures are DIR/NAME-WIDTH-SCHEME.png.
 *
 * Chromium is spoken to by its DevTools protocol over two pipes: JSON, a NUL
 * after each message.
 */
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const { spawn } = require('child_process');

const dir = process.argv[2];
const policy = fs.readFileSync(path.join(dir, 'policy'), 'utf8').trim();
const names = fs.readdirSync(dir).filter(file => file.endsWith('.html'))
  .map(file => file.slice(0, -5)).sort();

function say(what, complaint) {
  console.log(what + '\t' + (complaint || ''));
}

/* ---- the browser ---- */

class Browser {
  constructor(program, profile) {
    this.child = spawn(program, [
      '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
      '--disable-dev-shm-usage', '--disable-background-networking',
      '--disable-component-update', '--hide-scrollbars',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--user-data-dir=' + profile, '--remote-debugging-pipe',
    ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.last = 0;
    this.waiting = new Map();
    this.heard = [];
    this.rest = '';
    this.child.stdio[4].setEncoding('utf8');
    this.child.stdio[4].on('data', text => this.read(text));
  }

  read(text) {
    const messages = (this.rest + text).split('\0');
    this.rest = messages.pop();
    for (const message of messages.map(JSON.parse)) {
      const waiter = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (!waiter)
        this.heard.push(message);
      else if (message.error)
        waiter.reject(new Error(message.error.message));
      else
        waiter.resolve(message.result);
    }
  }

  send(method, params = {}) {
    const id = ++this.last;
    const message = { id, method, params };
    if (this.session)
      message.sessionId = this.session;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.stdio[3].write(JSON.stringify(message) + '\0');
    });
  }

  async open() {
    const { targetId } =
      await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget',
      { targetId, flatten: true });
    this.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'DOM',
      'Accessibility'])
      await this.send(domain + '.enable');
  }

  async go(url) {
    this.heard = [];
    await this.send('Page.navigate', { url });
    while (!this.heard.some(m => m.method === 'Page.loadEventFired'))
      await new Promise(resolve => setTimeout(resolve, 10));
  }

  size(width, height) {
    return this.send('Emulation.setDeviceMetricsOverride',
      { width, height, deviceScaleFactor: 1, mobile: false });
  }

  scheme(value) {
    return this.send('Emulation.setEmulatedMedia',
      { features: [{ name: 'prefers-color-scheme', value }] });
  }

  /* The value of a function that is run in the page; our script, so that the
   * page's policy does not forbid it. */
  async run(f) {
    const answer = await this.send('Runtime.evaluate',
      { expression: '(' + f + ')()', returnByValue: true });
    if (answer.exceptionDetails)
      throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  async picture(file) {
    const { data } = await this.send('Page.captureScreenshot',
      { format: 'png', captureBeyondViewport: true });
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  async key(key) {
    const { number, text } = { Tab: { number: 9 },
      Enter: { number: 13, text: '\r' } }[key];
    for (const type of [text ? 'keyDown' : 'rawKeyDown', 'keyUp'])
      await this.send('Input.dispatchKeyEvent', {
        type, key, code: key, text, windowsVirtualKeyCode: number,
      });
  }

  close() {
    this.child.kill();
  }
}

/* ---- what is looked at, in the page ---- */

function findWide() {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 0.5)
    .map(e => e.tagName + '.' + e.getAttribute('class'));
  if (document.documentElement.scrollWidth > width)
    wide.push('the page scrolls sideways');
  return wide;
}

function openAll() {
  for (const details of document.querySelectorAll('details'))
    details.open = true;
}

/* WCAG 2.2, 1.4.3 and 1.4.11: 4.5 for text, 3 for large text and for the edge
 * of a field. */
function findFaint() {
  const rgba = text => {
    const n = text.match(/[\d.]+/g).map(Number);
    return n.length > 3 ? n : [...n, 1];
  };
  const light = c => c.slice(0, 3)
    .map(v => v / 255 <= 0.04045 ? v / 255 / 12.92
      : ((v / 255 + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 1)
        return colour;
    }
    return [255, 255, 255, 1];
  };
  const found = [];
  const look = (e, colour, least) => {
    const ratio = contrast(rgba(colour), ground(e));
    if (!(ratio >= least))
      found.push(ratio.toFixed(2) + ' of ' + e.tagName + ' ' +
        e.textContent.trim().slice(0, 30));
  };
  const walker = document.createTreeWalker(document.body,
    NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || e.closest('svg, style'))
      continue;
    const style = getComputedStyle(e);
    look(e, style.color, 4.5);
    count++;
  }
  for (const e of document.querySelectorAll('input')) {
    look(e, getComputedStyle(e).color, 4.5);
    look(e, getComputedStyle(e, '::placeholder').color, 4.5);
    if (contrast(rgba(getComputedStyle(e).borderColor), ground(e)) < 3)
      found.push('the edge of a field');
  }
  if (!count)
    found.push('there is no text');
  return found;
}

/* WCAG 2.2, 2.5.8 asks for 24; fingers ask for 44. */
function findSmall() {
  return [...document.querySelectorAll('input, button, .get, summary')]
    .filter(e => e.getBoundingClientRect().height < 44)
    .map(e => e.tagName + ' ' + e.textContent);
}

function describeFocus() {
  const e = document.activeElement;
  if (e === document.body)
    return null;
  const style = getComputedStyle(e);
  return {
    what: e.tagName + ' ' + (e.getAttribute('href') || e.id ||
      e.textContent.trim()),
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    index: [...document.querySelectorAll('*')].indexOf(e),
  };
}

function listReachable() {
  return [...document.querySelectorAll('a[href], button, input, summary')]
    .filter(e => e.offsetParent !== null && !(e.closest('details') &&
      !e.closest('details').open && e.tagName !== 'SUMMARY'))
    .map(e => [...document.querySelectorAll('*')].indexOf(e));
}

/* ---- checks ---- */

async function checkWidth(browser, name) {
  await browser.run(openAll);
  for (const width of [320, 360, 768, 928, 1280]) {
    await browser.size(width, 640);
    for (const wide of await browser.run(findWide))
      say('width', name + ': ' + wide + ' at ' + width);
  }
}

async function checkContrast(browser, name) {
  for (const scheme of ['light', 'dark']) {
    await browser.scheme(scheme);
    for (const faint of await browser.run(findFaint))
      say('contrast', name + ' (' + scheme + '): ' + faint);
  }
}

async function checkKeyboard(browser, name) {
  const want = await browser.run(listReachable);
  const got = [];
  for (let i = 0; i <= want.length; i++) {
    await browser.key('Tab');
    const focus = await browser.run(describeFocus);
    if (!focus || (i === want.length && focus.index === got[0]))
      break; /* it is in the browser again, or round */
    if (!focus.seen)
      say('keyboard', name + ': focus is not seen on ' + focus.what);
    got.push(focus.index);
  }
  if (got.join() !== want.join())
    say('keyboard', name + ': Tab went ' + got.join() + ', not ' +
      want.join());
}

/* What a screen reader is told. */
async function checkTree(browser, name) {
  const { nodes } = await browser.send('Accessibility.getFullAXTree');
  const seen = nodes.filter(node => !node.ignored);
  const role = node => node.role && node.role.value;
  const text = node => (node.name && node.name.value || '').trim();
  let last = 0;
  for (const wanted of ['banner', 'main', 'contentinfo'])
    if (seen.filter(node => role(node) === wanted).length !== 1)
      say('reader', name + ': not one landmark ' + wanted);
  for (const node of seen) {
    if (/^(link|button|textbox|heading|image|img|region|DisclosureTriangle)$/
      .test(role(node)) && !text(node))
      say('reader', name + ': a ' + role(node) + ' without a name');
    if (role(node) !== 'heading')
      continue;
    const level = node.properties.find(p => p.name === 'level').value.value;
    if (level > last + 1)
      say('reader', name + ': from heading ' + last + ' to ' + level + ' at ' +
        text(node));
    last = level;
  }
  if (!seen.some(node => role(node) === 'textbox' &&
    text(node) === 'Mail address'))
    say('reader', name + ': the field has no label');
}

function checkHeard(browser, name, url) {
  for (const { method, params } of browser.heard) {
    if (method === 'Network.requestWillBeSent' &&
      params.request.url !== url && !/^data:/.test(params.request.url))
      say('requests', name + ': ' + params.request.url);
    if (method === 'Log.entryAdded')
      say('console', name + ': ' + params.entry.text);
    if (method === 'Runtime.consoleAPICalled' ||
      method === 'Runtime.exceptionThrown')
      say('console', name + ': ' + JSON.stringify(params));
  }
}

async function takePictures(browser, name) {
  for (const [width, height] of [[360, 640], [1280, 800]])
    for (const scheme of ['light', 'dark']) {
      await browser.size(width, height);
      await browser.scheme(scheme);
      await browser.picture(path.join(dir,
        name + '-' + width + '-' + scheme + '.png'));
    }
}

async function look(browser, name, url) {
  await browser.size(360, 640);
  await browser.scheme('light');
  await browser.go(url);
  await checkTree(browser, name);
  await takePictures(browser, name);
  await checkKeyboard(browser, name);
  await checkWidth(browser, name);
  await checkContrast(browser, name);
  await browser.size(360, 640);
  for (const small of await browser.run(findSmall))
    say('fingers', name + ': ' + small);
  checkHeard(browser, name, url);
}

/* Enter in the field asks for what was typed, and nothing else does. */
async function checkForm(browser, base, asked) {
  await browser.go(base + 'none');
  await browser.key('Tab');
  await browser.send('Input.insertText', { text: "o'b+c&d@example.org" });
  asked.length = 0;
  browser.heard = [];
  await browser.key('Enter');
  await new Promise(resolve => setTimeout(resolve, 500));
  const want = '/?address=o%27b%2Bc%26d%40example.org';
  if (asked[0] !== want)
    say('form', 'asked for ' + asked.join(' ') + ', not ' + want);
}

function serve(asked) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(request.url.slice(1));
    asked.push(request.url);
    response.writeHead(names.includes(name) ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
    });
    response.end(names.includes(name)
      ? fs.readFileSync(path.join(dir, name + '.html')) : 'nothing');
  });
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function main() {
  const asked = [];
  const server = await serve(asked);
  const base = 'http://127.0.0.1:' + server.address().port + '/';
  const browser = new Browser(process.env.CHROMIUM || 'chromium',
    path.join(dir, 'profile'));
  const version = await browser.send('Browser.getVersion');
  console.error(version.product);
  await browser.open();
  for (const name of names)
    await look(browser, name, base + name);
  for (const url of asked)
    if (!names.includes(url.slice(1)))
      say('requests', url + ' of the server itself');
  await checkForm(browser, base, asked);
  for (const what of ['width', 'contrast', 'keyboard', 'reader', 'fingers',
    'requests', 'console', 'form'])
    say(what);
  browser.close();
  server.close();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
