//! Stops the server: on Ctrl-C, on a signal to terminate, or at the end of standard input.

use std::future::{Future, pending};
use std::{io, thread};

use tokio::sync::oneshot;

/// Waits for the signal to stop. Signals count from this call on.
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

/// Reads standard input to its end in a thread, because reading blocks. What it reads is ignored.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (sender, closed) = oneshot::channel();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        sender.send(())
    });
    closed
}
