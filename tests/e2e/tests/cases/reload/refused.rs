//! A file that is good by itself, and that Envoy does not take.

use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::Options;

use super::super::ensure;
use super::file::File;

/// The first provider behind TLS wants certificate authorities, which are not where they should be. Envoy's reason is
/// told, and what it had taken of the change is taken back.
pub async fn by_envoy() -> Result<(), Failure> {
    let arguments = vec!["--ca-bundle".to_owned(), "/no/such/authorities.pem".to_owned()];
    let options = Options { workers: 1, arguments, ..Options::default() };
    let fixture = Fixture::with_options(File::FIRST.text(), options).await?;
    let secure = "  - {model_name: added, litellm_params: {model: openai/gpt-4.1, api_key: os.environ/E2E_OPENAI_KEY}}\n";
    let text = File::FIRST.text().replace("\ngeneral_settings:", &format!("{secure}\ngeneral_settings:"));
    let told = fixture.gateway.reconfigure(&text, true).await?;
    let reason = "Envoy refuses its new clusters.json";
    let is_told = told.contains(reason) && told.contains("/no/such/authorities.pem");
    ensure(is_told && told.contains("the old configuration stays"), || told.clone())?;
    for (model, status) in [("plain", 200), ("added", 400)] {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
        let ask = Ask::post("/v1/chat/completions", fixture.key("survivor"), &body);
        let answer = client::send(fixture.gateway.address, &ask).await?;
        ensure(answer.status == status, || format!("{model}: HTTP {}: {}", answer.status, answer.text()))?;
    }
    let told = fixture.gateway.reconfigure(&File { added: true, ..File::FIRST }.text(), true).await?;
    ensure(told.contains("reloaded in"), || format!("the next good edit: {told}"))?;
    fixture.gateway.stop().await
}
