// proton_grpc.js OPTIONS: the gRPC services of the fake bridge.  OPTIONS is
// JSON: violations (a file), focusFd, bridgeFd or socket (where they listen),
// cert, key, token, version and replies (whole, in base64), manner: ok,
// endless (never ends its reply) or mute (takes requests, never answers).
// Says "ready" when it listens.
'use strict';
const fs = require('fs');
const http2 = require('http2');
const options = JSON.parse(process.argv[2]);
const settings = '/grpc.Bridge/MailServerSettings';
const focus = {'/focus.Focus/Version': Buffer.from(options.version, 'base64')};
const bridge = {};
for (const [path, reply] of Object.entries(options.replies || {})) {
  bridge[path] = Buffer.from(reply, 'base64');
}

function violation(text) {
  fs.appendFileSync(options.violations, text + '\n');
}

function judge(replies, token, headers, body) {
  const path = headers[':path'];
  if (token && headers['server-token'] !== token) {
    if (!options.otherToken) violation('gRPC with a wrong token');
    return ['16', 'invalid server token'];
  }
  if (!(path in replies)) {
    violation('gRPC call ' + path);
    return ['12', 'unknown method'];
  }
  if (!body.equals(Buffer.alloc(5))) violation('gRPC message to ' + path);
  if (headers['content-type'] !== 'application/grpc' ||
      headers['te'] !== 'trailers') {
    violation('gRPC headers ' + JSON.stringify(headers));
  }
  return ['0', ''];
}

function refuse(stream, [status, message]) {
  stream.respond({':status': 200, 'content-type': 'application/grpc',
    'grpc-status': status, 'grpc-message': message}, {endStream: true});
}

function flood(stream) {
  const go = () => {
    while (stream.write(Buffer.alloc(16384)));
  };
  stream.on('drain', go);
  go();
}

function answer(stream, reply, endless) {
  stream.respond({':status': 200, 'content-type': 'application/grpc'},
      {waitForTrailers: true});
  stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': '0'}));
  if (endless) {
    flood(stream);
  } else {
    stream.end(reply);
  }
}

// As grpc-go does: the whole request first, then the answer.
function serve(server, name, replies, token) {
  let open = 0;
  server.on('stream', (stream, headers) => {
    const body = [];
    stream.on('error', () => {});
    stream.on('data', (chunk) => body.push(chunk));
    stream.on('end', () => {
      const path = headers[':path'];
      const verdict = judge(replies, token, headers, Buffer.concat(body));
      if (options.manner === 'mute' && token) return;
      if (verdict[0] !== '0') {
        refuse(stream, verdict);
      } else {
        answer(stream, replies[path],
            options.manner === 'endless' && path === settings);
      }
    });
  });
  server.on('session', (session) => {
    // that the one before has ended is heard a moment later
    if (++open > 1)
      setTimeout(() => {
        if (open > 1) violation('two connections at once to ' + name);
      }, 20);
    session.on('close', () => open--);
  });
  server.on('sessionError', (error, session) => {
    if (error.code === 'ERR_HTTP2_ERROR') violation('junk sent to ' + name);
  });
}

function listen(server, where, then) {
  server.listen(typeof where === 'number' ? {fd: where} : where, then);
}

const waiting = [];
if (options.focusFd) {
  const server = http2.createServer();
  serve(server, 'focus', focus, '');
  waiting.push([server, options.focusFd]);
}
if (options.socket || options.bridgeFd) {
  const server = http2.createSecureServer({
    cert: fs.readFileSync(options.cert), key: fs.readFileSync(options.key),
    minVersion: 'TLSv1.2',
  });
  serve(server, 'gRPC', bridge, options.token);
  waiting.push([server, options.socket || options.bridgeFd]);
}
let count = waiting.length;
for (const [server, where] of waiting) {
  listen(server, where, () => --count || console.log('ready'));
}
setTimeout(() => process.exit(0), 300000);
process.stdin.on('end', () => process.exit(0)).resume();
