//! A Responses body from a chat request.

use super::unexpressed::{Unexpressed, invalid, retired};
use super::{input, parameters, tools};
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::defined::defines;
use crate::wire::Api;
use crate::wire::json::Fields;
use crate::wire::write;

/// Builds the body: model, conversation, tools, parameters, stream.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    name_undefined(fields, dropped);
    let mut unexpressed = Unexpressed { drop: target.drop_params, dropped };
    unexpressed.parameters(fields)?;
    for (old, instead) in [("functions", "`tools`"), ("function_call", "`tool_choice`")] {
        if fields.set(old).is_some() {
            return Err(retired(old, instead));
        }
    }
    let messages = fields.set("messages").ok_or_else(|| invalid("messages", "missing"))?;
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        members.value("model", &target.model);
        input::write(members.name("input"), messages, &mut unexpressed)?;
        tools::write(members, fields)?;
        parameters::write(members, fields, &mut unexpressed)?;
        if stream {
            members.value("stream", &true);
            parameters::stream_options(members, fields)?;
        }
        Ok::<(), Reject>(())
    })?;
    Ok(body)
}

/// What chat completions do not define goes no further here either.
fn name_undefined(fields: &Fields<'_>, dropped: &mut Vec<String>) {
    let undefined = fields.iter().filter(|(name, _)| !defines(Api::ChatCompletions, name));
    dropped.extend(undefined.map(|(name, _)| name.to_owned()));
}
