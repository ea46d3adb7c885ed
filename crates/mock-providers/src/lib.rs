//! Strict stand-ins for OpenAI, Azure OpenAI, Anthropic and Gemini.
pub mod fault;
pub mod provider;
pub mod schema;
