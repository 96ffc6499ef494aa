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

const server = http2.createSecureServer({
  cert: fs.readFileSync(cert), key: fs.readFileSync(key),
});
server.on('stream', (stream, headers) => {
  const path = headers[':path'];
  let status = '0';
  if (headers['server-token'] !== token) {
    status = '16';
    violation('gRPC with a wrong token');
  } else if (!(path in replies)) {
    status = '12';
    violation('gRPC call ' + path);
  }
  stream.respond({':status': 200, 'content-type': 'application/grpc'},
      {waitForTrailers: true});
  stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': status}));
  stream.end(status === '0' ? replies[path] : Buffer.alloc(0));
});
server.listen(socket);
setTimeout(() => process.exit(0), 300000);
process.stdin.on('end', () => process.exit(0)).resume();
