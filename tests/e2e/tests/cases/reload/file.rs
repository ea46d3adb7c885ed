//! The gateway's file of these tests, and its edits.

/// What an edit may change.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Requests a minute of the key that traffic uses.
    pub rpm: u64,
    /// Whether there is a model group `added`.
    pub added: bool,
    /// Whether there are the model groups `leaving` and `slow`.
    pub leaving: bool,
    /// Whether a guardrail blocks a phrase.
    pub guarded: bool,
    /// Seconds that the stream's deployment may take to begin; less than the gateway's, so that it has a second hop.
    pub timeout: u64,
    /// Whether events go to the disk, which a process must be started with.
    pub durable: bool,
    /// Bytes of the largest body, which the listener knows.
    pub largest: u64,
}

/// Blocked where a guardrail is there.
pub const PHRASE: &str = "forbidden phrase";

impl File {
    /// As the gateway is started.
    pub const FIRST: Self = Self {
        rpm: 100_000,
        added: false,
        leaving: true,
        guarded: false,
        timeout: 20,
        durable: false,
        largest: 8 << 20,
    };

    /// The edit of a number: something of everything.
    pub fn numbered(number: usize) -> Self {
        let (odd, rpm) = (number % 2 == 1, 200_000 + number as u64);
        Self {
            rpm,
            added: odd,
            leaving: false,
            guarded: number % 3 == 1,
            timeout: if number % 4 == 3 { 21 } else { 20 },
            ..Self::FIRST
        }
    }

    /// The text. `${MOCKS}` stands for the providers' address.
    pub fn text(self) -> String {
        let Self { rpm, timeout, durable, largest, .. } = self;
        let [added, leaving, guarded] =
            [(self.added, ADDED), (self.leaving, LEAVING), (self.guarded, GUARDRAIL)]
                .map(|(there, text)| if there { text } else { "" });
        format!(
            "{MODELS}
  - {{model_name: streaming, litellm_params: {{<<: *openai, model: \"openai/streaming~events=20,pause=25\", stream_timeout: {timeout}}}}}
{leaving}{added}{guarded}
general_settings: {{master_key: os.environ/E2E_MASTER_KEY}}
litellm_settings: {{num_retries: 1}}
spillway_settings:
  durable_events: {durable}
  max_body_bytes: {largest}
  keys:
    - {{key: os.environ/E2E_SURVIVOR_KEY, user_id: canary-survivor, rpm_limit: {rpm}}}
    - {{key: os.environ/E2E_THREE_KEY, key_alias: canary-alias-three, rpm_limit: 3}}
"
        )
    }
}

const MODELS: &str = "\
model_list:
  - model_name: plain
    litellm_params: &openai
      model: openai/plain
      api_base: http://${MOCKS}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
      order: 1
  - model_name: steady
    litellm_params: &azure
      model: azure/steady
      api_base: http://${MOCKS}/mock-azure/openai/v1
      api_key: os.environ/E2E_AZURE_KEY
      order: 2
    model_info: &exempt {cooldown_time: 0}
  - model_name: cooled
    litellm_params: {<<: *openai, model: openai/cooled}
    model_info: {allowed_fails: 0, cooldown_time: 600}
  - {model_name: cooled, litellm_params: *azure, model_info: *exempt}";

/// A provider whose key is another's, so that a wrong one would be seen.
const ADDED: &str = "  - {model_name: added, litellm_params: {model: groq/added, api_base: \"http://${MOCKS}/mock-groq/openai/v1\", api_key: os.environ/E2E_GROQ_KEY}}
";

/// A stream of two seconds, and a request that fails over after one.
const LEAVING: &str = "  - {model_name: slow, litellm_params: {<<: *openai, model: \"openai/slow~events=40,pause=50\"}}
  - {model_name: leaving, litellm_params: {<<: *openai, model: \"openai/leaving~delay=2000,status=500\"}, model_info: *exempt}
  - {model_name: leaving, litellm_params: {<<: *azure, model: azure/haven}, model_info: *exempt}
";

const GUARDRAIL: &str = "
guardrails:
  - guardrail_name: canary-block-word
    litellm_params:
      guardrail: litellm_content_filter
      mode: pre_call
      default_on: true
      blocked_words: [{keyword: forbidden phrase, action: BLOCK, description: test word}]
";
