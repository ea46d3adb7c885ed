//! What gateways share limits through: a real Redis, and a rate-limit service on it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::Failure;
use crate::gateway::{binary, free_addresses, scratch};

/// What starts must answer within this.
const PATIENCE: Duration = Duration::from_secs(30);

/// The Redis server to use, by the variable `SPILLWAY_REDIS`; `None` where it is not set.
#[must_use]
pub fn redis_server() -> Option<PathBuf> {
    std::env::var_os("SPILLWAY_REDIS").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A server on an address of its own, which stays the same over restarts. Dropping it ends it.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    arguments: Vec<String>,
    program: PathBuf,
    data: PathBuf,
    running: Option<Child>,
}

impl Server {
    /// A Redis that keeps nothing on disk.
    ///
    /// # Errors
    /// There is none, or it does not start.
    pub async fn redis() -> Result<Self, Failure> {
        let program =
            redis_server().ok_or("no Redis: SPILLWAY_REDIS is not set; `tools/redis.sh` gets one")?;
        let options = "--bind 127.0.0.1 --appendonly no --port";
        let mut redis = Self::new(program)?;
        redis.arguments.extend(options.split(' ').map(str::to_owned));
        redis.arguments.extend([redis.address.port().to_string(), "--save".to_owned(), String::new()]);
        redis.start().await?;
        Ok(redis)
    }

    /// A rate-limit service with these limits (a list, as Limitador reads it), not started yet.
    ///
    /// # Errors
    /// No file can be written.
    pub fn rate_limit_service(redis: SocketAddr, limits: &str) -> Result<Self, Failure> {
        let mut service = Self::new(binary("rate-limit-service"))?;
        let file = service.data.join("limits.yaml");
        std::fs::write(&file, limits).map_err(|error| format!("{}: {error}", file.display()))?;
        let [listen, redis] = [service.address.to_string(), format!("redis://{redis}")];
        let arguments = ["--listen", &listen, "--redis", &redis].map(str::to_owned);
        service.arguments.extend(arguments);
        service.arguments.push(file.display().to_string());
        Ok(service)
    }

    fn new(program: PathBuf) -> Result<Self, Failure> {
        let [address] = free_addresses()?;
        Ok(Self { address, arguments: Vec::new(), program, data: scratch()?, running: None })
    }

    /// Starts it, for the first time or again, and waits until it listens.
    ///
    /// # Errors
    /// It ended, or listens to nobody.
    pub async fn start(&mut self) -> Result<(), Failure> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.data).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let program = self.program.display();
        let mut child = command.spawn().map_err(|error| format!("cannot start {program}: {error}"))?;
        let began = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("{program} ended with {status}"));
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("{program} does not listen after {PATIENCE:?}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.running = Some(child);
        Ok(())
    }

    /// Kills it, as `kill -9` does.
    ///
    /// # Errors
    /// It was not running.
    pub async fn kill(&mut self) -> Result<(), Failure> {
        let mut child = self.running.take().ok_or("it is not running")?;
        child.kill().await.map_err(|error| error.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.running {
            let _ = child.start_kill();
        }
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
