//! Requests and replies, with assertions that say what was asked and what came back.

use serde_json::Value;

/// A request about to be sent.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Option<Vec<u8>>,
}

/// A reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// What was asked, in words.
    pub asked: String,
    /// Status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The ETag.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("{}: no ETag", self.asked)).to_owned()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// Expects a status and gives the body.
    ///
    /// # Panics
    /// When another status came.
    #[track_caller]
    #[must_use = "use .is(status) to only check"]
    pub fn gives(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answered {}: {}", self.asked, self.status, self.text());
        self.json()
    }

    /// Expects a status.
    ///
    /// # Panics
    /// When another status came.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        let _ = self.gives(status);
        self
    }

    /// Expects a problem with a status and a code, and gives it.
    ///
    /// # Panics
    /// When something else came.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.gives(status);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.asked);
        let codes: Vec<&str> = problem["errors"].as_array().into_iter().flatten().filter_map(|e| e["code"].as_str()).collect();
        assert!(problem["code"] == code || codes.contains(&code), "{} was refused with {problem}", self.asked);
        problem
    }

    /// Expects an error in the form of OAuth, with a status, and gives it.
    ///
    /// # Panics
    /// When something else came.
    #[track_caller]
    pub fn declined(&self, status: u16, error: &str) -> Value {
        let said = self.gives(status);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.asked);
        assert_eq!(self.header("cache-control"), Some("no-store"), "{}", self.asked);
        assert!(said["error"] == error && said["error_description"].is_string(), "{} was declined with {said}", self.asked);
        said
    }

    /// Expects 201 and gives the identifier of what was made.
    ///
    /// # Panics
    /// When something else came.
    #[track_caller]
    #[must_use]
    pub fn made(&self) -> String {
        self.gives(201)["id"].as_str().unwrap_or_else(|| panic!("{}: no id in {}", self.asked, self.text())).to_owned()
    }

    /// The items of a list.
    ///
    /// # Panics
    /// When it is no list.
    #[track_caller]
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        self.gives(200)["items"].as_array().unwrap_or_else(|| panic!("{}: no items in {}", self.asked, self.text())).clone()
    }
}
