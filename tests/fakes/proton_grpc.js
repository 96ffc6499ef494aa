// proton_grpc.js SOCKET CERT KEY TOKEN SETTINGS USERS VIOLATIONS: the gRPC half
// of the fake bridge.  SETTINGS and USERS are whole replies, in base64.
'use strict';
const fs = require('fs');
const http2 = require('http2');
const [socket, cert, key, token, settings, users, violations] =
    process.argv.slice(2);
const replies = {
  '/grpc.Bridge/MailServerSettings': Buffer.from(settings, 'base64'),
  '/grpc.Bridge/GetUserList': Buffer.from(users, 'base64'),
};

function violation(text) {
  fs.appendFileSync(violations, text + '\n');
}

function judge(headers, body) {
  const path = headers[':path'];
  if (headers['server-token'] !== token) {
    violation('gRPC with a wrong token');
    return '16';
  }
  if (!(path in replies)) {
    violation('gRPC call ' + path);
    return '12';
  }
  if (!body.equals(Buffer.alloc(5))) violation('gRPC message ' + body);
  return '0';
}

function answer(stream, headers, body) {
  const status = judge(headers, body);
  stream.respond({':status': 200, 'content-type': 'application/grpc'},
      {waitForTrailers: true});
  stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': status}));
  stream.end(status === '0' ? replies[headers[':path']] : Buffer.alloc(0));
}

const server = http2.createSecureServer({
  cert: fs.readFileSync(cert), key: fs.readFileSync(key),
});
// As grpc-go does: the whole request first, then the answer.
server.on('stream', (stream, headers) => {
  const body = [];
  stream.on('data', (chunk) => body.push(chunk));
  stream.on('end', () => answer(stream, headers, Buffer.concat(body)));
});

server.listen(socket);
setTimeout(() => process.exit(0), 300000);
process.stdin.on('end', () => process.exit(0)).resume();
