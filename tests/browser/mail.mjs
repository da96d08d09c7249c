// Mails as the outbox of a provider sends them: by SMTP, in Japanese, with an HTML part and a link.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export const subjects = { sample: '【M-Drive】パスワードリセット', hostile: '【M-Drive】アカウントロック' };
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

// Sends the sample or the hostile one to the demo's inbox.
export async function sendMail({ smtp }, kind) {
  const [from, to] = ['support@vx7.example', 'riyou@vx7.example'];
  const mail = [
    `Subject: =?UTF-8?B?${Buffer.from(subjects[kind]).toString('base64')}?=`,
    `From: ${from}`,
    `To: ${to}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    part('text/plain', text),
    part('text/html', kind === 'hostile' ? html + hostile : html),
    '--b--',
  ].join('\r\n');
  await deliver(smtp, [
    ['EHLO localhost', '250'],
    [`MAIL FROM:<${from}>`, '250'],
    [`RCPT TO:<${to}>`, '250'],
    ['DATA', '354'],
    [`${mail}\r\n.`, '250'],
    ['QUIT', '221'],
  ]);
  return { subject: subjects[kind], link };
}

// Speaks SMTP (RFC 5321): each command once the one before has got the answer it needs.
async function deliver(address, dialogue) {
  const { hostname, port } = new URL(`smtp://${address}`);
  const socket = connect(Number(port), hostname);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const expect = async (code, after) => {
    let line;
    do line = (await lines.next()).value;
    while (line?.[3] === '-');
    if (!line?.startsWith(code)) throw new Error(`${after}: ${line}`);
  };
  try {
    await expect('220', 'the greeting');
    for (const [command, code] of dialogue) {
      socket.write(`${command}\r\n`);
      await expect(code, command.split('\r\n')[0]);
    }
  } finally {
    socket.destroy();
  }
}
