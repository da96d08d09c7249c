// A mail as the outbox of a provider sends it: by SMTP, in Japanese, with an HTML part and a link.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const subject = '【M-Drive】パスワードリセット';
const link = 'https://login.example/VX7/lo/reset?ticket=2n8sQ0lDkq3Vt0f1';
const text = `鈴木 一郎様

平素より、M-Driveをご利用いただき誠にありがとうございます。

パスワードのリセットを受け付けました。
下記のURLから、14日以内にお手続きをお願いいたします。

${link}

※本メールにお心当たりがない場合は、破棄してください。
`;
const html = `<h1 style="font-size:18px">パスワードリセット</h1><p>下記のURLから、14日以内にお手続きをお願いいたします。</p>
<p><a href="${link}">パスワードを設定する</a></p>`;
// What no mail of ours holds, and an inbox must not let happen.
const hostile = `<script>document.title = "a script of the mail ran"</script><img src="https://tracker.example/1" alt="">`;

const base64 = (content) => Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
const part = (type, content) =>
  ['--b', `Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', base64(content)].join('\r\n');

export async function sendSampleMail({ smtp }, isHostile = false) {
  const mail = [
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    'From: support@vx7.example',
    'To: riyou@vx7.example',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    part('text/plain', text),
    part('text/html', isHostile ? html + hostile : html),
    '--b--',
  ].join('\r\n');
  const steps = [
    ['EHLO localhost', '250'],
    ['MAIL FROM:<support@vx7.example>', '250'],
    ['RCPT TO:<riyou@vx7.example>', '250'],
    ['DATA', '354'],
    [`${mail}\r\n.`, '250'],
    ['QUIT', '221'],
  ];
  const colon = smtp.lastIndexOf(':');
  const socket = connect(Number(smtp.slice(colon + 1)), smtp.slice(0, colon));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async () => {
    let line;
    do line = (await lines.next()).value;
    while (line?.[3] === '-');
    return line;
  };
  const expect = async (code, after) => {
    const line = await answer();
    if (!line?.startsWith(code)) throw new Error(`${after}: ${line}`);
  };
  await expect('220', 'the greeting');
  for (const [command, code] of steps) {
    socket.write(`${command}\r\n`);
    await expect(code, command.split('\r\n')[0]);
  }
  socket.end();
  return { subject, text, link };
}
