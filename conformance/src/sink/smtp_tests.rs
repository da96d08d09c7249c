//! The SMTP server over an in-memory pipe.

use super::super::{Faults, Sink};
use super::Session;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Sends all of `input` at once (so: pipelined) and returns all answers.
async fn talk(sink: &Sink, input: &str) -> anyhow::Result<String> {
    let (mut client, server) = tokio::io::duplex(4 * 1024 * 1024);
    let (reader, writer) = tokio::io::split(server);
    let session = tokio::spawn(Session::new(sink.clone(), reader, writer).run());
    client.write_all(input.as_bytes()).await?;
    client.shutdown().await?;
    let mut output = String::new();
    client.read_to_string(&mut output).await?;
    session.await??;
    Ok(output)
}

const MAIL: &str = "EHLO a\r\nMAIL FROM:<s@vx7.example> SIZE=20\r\nRCPT TO:<r@vx7.example>\r\nDATA\r\nSubject: a\r\n\r\n..dot\r\n.\r\nQUIT\r\n";

#[tokio::test]
async fn takes_a_pipelined_mail_and_undoes_dot_stuffing() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    let answers = talk(&sink, MAIL).await?;
    assert!(answers.contains("250 2.0.0 kept") && answers.ends_with("221 2.0.0 bye\r\n"), "{answers}");
    let messages = sink.messages();
    assert_eq!((messages[0].text.trim(), messages[0].to.as_slice()), (".dot", &["r@vx7.example".to_owned()][..]));
    Ok(())
}

#[tokio::test]
async fn refuses_for_now_as_often_as_told() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    sink.set_faults(Faults { refuse: 1, ..Faults::default() });
    assert!(talk(&sink, MAIL).await?.contains("451 4.3.0"));
    assert!(talk(&sink, MAIL).await?.contains("250 2.0.0 kept"));
    assert_eq!(sink.messages().len(), 1);
    Ok(())
}

#[tokio::test]
async fn refuses_a_recipient_for_good_as_often_as_told() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    sink.set_faults(Faults { reject: 1, ..Faults::default() });
    assert!(talk(&sink, MAIL).await?.contains("550 5.1.1"));
    assert!(talk(&sink, MAIL).await?.contains("250 2.0.0 kept"));
    assert_eq!((sink.messages().len(), sink.busiest()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn hangs_up_before_the_answer_and_keeps_the_mail_if_told() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    sink.set_faults(Faults { drop_after_data: 1, keep_dropped: true, ..Faults::default() });
    assert!(talk(&sink, MAIL).await?.ends_with("354 go ahead, end with a lone dot\r\n"));
    assert_eq!(sink.messages().len(), 1);
    Ok(())
}

#[tokio::test]
async fn refuses_long_lines_and_large_mails_and_goes_on() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    let long = MAIL.replace("..dot", &"x".repeat(1200));
    assert!(talk(&sink, &long).await?.contains("500 5.6.0"));
    let large = MAIL.replace("..dot", &vec!["x".repeat(990); 1100].join("\r\n"));
    assert!(talk(&sink, &large).await?.contains("552 5.3.4"));
    assert!(sink.messages().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_lone_line_feed_does_not_end_a_mail() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    let smuggled = MAIL.replace("..dot\r\n", "one\n.\nMAIL FROM:<evil@vx7.example>\r\n");
    talk(&sink, &smuggled).await?;
    assert_eq!(sink.messages().len(), 1);
    assert!(sink.messages()[0].text.contains("MAIL FROM"));
    Ok(())
}

#[tokio::test]
async fn records_who_signed_in() -> anyhow::Result<()> {
    let sink = Sink::new(None)?;
    let plain = MAIL.replace("MAIL FROM", "AUTH PLAIN AHRlZ2F0YQBwdw==\r\nMAIL FROM");
    assert!(talk(&sink, &plain).await?.contains("235 2.7.0"));
    assert_eq!(sink.messages()[0].authenticated.as_deref(), Some("tegata"));
    Ok(())
}
