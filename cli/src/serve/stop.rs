//! When the server stops: Ctrl-C, a request to end, or the end of standard input.

use std::future::{Future, pending};
use std::{io, thread};

use tokio::sync::oneshot;

/// Waits for whatever stops the server; it listens for signals from this call on.
pub(super) fn stop_signal(until_stdin_closes: bool) -> io::Result<impl Future<Output = ()>> {
    let signal = signal()?;
    let input = until_stdin_closes.then(stdin_closed);
    Ok(async {
        tokio::select! {
            () = signal => {}
            () = ended(input) => {}
        }
    })
}

#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

async fn ended(input: Option<oneshot::Receiver<()>>) {
    match input {
        Some(input) => drop(input.await),
        None => pending().await,
    }
}

/// Reading blocks, so a thread does it; what is read is of no interest.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (tell, told) = oneshot::channel();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        tell.send(())
    });
    told
}
