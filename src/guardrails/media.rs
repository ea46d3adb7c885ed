//! Parts of a request that hold no text: what no rule can read.

/// What a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    Image,
    Sound,
    Film,
    File,
}

impl Media {
    /// For a message, with its article.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Image => "an image",
            Self::Sound => "a sound",
            Self::Film => "a film",
            Self::File => "a file",
        }
    }
}

/// What one object says of what it holds, by the types of OpenAI's and Anthropic's content parts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    media: Option<Media>,
    /// By its members.
    held: Option<Media>,
    is_document: bool,
    has_text: bool,
    is_generated: bool,
    has_result: bool,
}

impl Part {
    /// One of its members is a `type`.
    pub(super) fn has_type(&mut self, name: &str) {
        let media = match name {
            "image_url" | "input_image" | "image" | "computer_screenshot" => Some(Media::Image),
            "input_audio" | "audio_url" => Some(Media::Sound),
            "video_url" => Some(Media::Film),
            "input_file" | "file" | "container_upload" | "document_url" => Some(Media::File),
            _ => None,
        };
        self.media = self.media.or(media);
        self.is_document |= name == "document";
        self.is_generated |= name == "image_generation_call";
    }

    /// One has this name, and is not null. Servers read a content part by what it holds where it has no `type`: see
    /// `ChatCompletionContentSimple…Param` of
    /// <https://github.com/vllm-project/vllm/blob/main/vllm/entrypoints/chat_utils.py>.
    pub(super) fn has_member(&mut self, name: &str) {
        let media = match name {
            "image_url" => Some(Media::Image),
            "input_audio" | "audio_url" => Some(Media::Sound),
            "video_url" => Some(Media::Film),
            "file" | "document_url" => Some(Media::File),
            _ => None,
        };
        self.held = self.held.or(media);
    }

    /// One is a `source` of that type.
    pub(super) fn has_source(&mut self, name: &str) {
        self.has_text = matches!(name, "text" | "content");
    }

    /// One is a `result` that is not null.
    pub(super) fn has_result(&mut self) {
        self.has_result = true;
    }

    /// What of it cannot be read. A document of text, or of parts that speak for themselves, can be. `is_part`: it
    /// stands in a list of content parts.
    pub(super) fn media(self, is_part: bool) -> Option<Media> {
        let document = (self.is_document && !self.has_text).then_some(Media::File);
        let generated = (self.is_generated && self.has_result).then_some(Media::Image);
        self.media.or(document).or(generated).or(self.held.filter(|_| is_part))
    }
}
