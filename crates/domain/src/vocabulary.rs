//! Closed lists of words: how an enumeration is spelt on the wire and in the database, and what it
//! is called in Vietnamese and in English. The lists themselves live with their nouns.

use std::fmt::Debug;

/// A language in which the service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// Vietnamese, the default.
    #[default]
    Vi,
    /// English.
    En,
}

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Bilingual {
    /// The text in the language asked for.
    #[must_use]
    pub const fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }
}

/// A value out of a closed list.
pub trait Word: Copy + Debug + Eq + Sized + Send + Sync + 'static {
    /// Name of the list as served under `/reference/{name}`.
    const LIST: &'static str;
    /// All values, in the order in which people expect them.
    const ALL: &'static [Self];
    /// Spelling on the wire and in the database (`lower_snake`).
    fn as_str(self) -> &'static str;
    /// What people call it.
    fn label(self) -> Bilingual;
    /// The value spelt `word`, if there is one.
    #[must_use]
    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == word)
    }
}

/// Declares an enumeration together with its spelling and its labels in both languages.
///
/// `Serialize`, `Deserialize`, [`Word`] and (with the feature `openapi`) the schema come from the
/// same rows, so a word cannot be spelt in two ways.
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident in $list:literal {
            $( $(#[$vmeta:meta])* $variant:ident = $word:literal, $vi:literal, $en:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $( $(#[$vmeta])* #[doc = $en] $variant, )+
        }

        impl $crate::vocabulary::Word for $name {
            const LIST: &'static str = $list;
            const ALL: &'static [Self] = &[$( Self::$variant, )+];
            fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
            fn label(self) -> $crate::vocabulary::Bilingual {
                match self { $( Self::$variant => $crate::vocabulary::Bilingual { vi: $vi, en: $en }, )+ }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str($crate::vocabulary::Word::as_str(*self))
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(from)?;
                <Self as $crate::vocabulary::Word>::parse(&word)
                    .ok_or_else(|| ::serde::de::Error::unknown_variant(&word, &[$($word),+]))
            }
        }

        #[cfg(feature = "openapi")]
        impl ::utoipa::PartialSchema for $name {
            fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::schema::Schema> {
                ::utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(::utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }
        #[cfg(feature = "openapi")]
        impl ::utoipa::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> { stringify!($name).into() }
        }
    };
}

/// One row of a list as people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Spelling on the wire.
    pub word: &'static str,
    /// What people call it.
    pub label: Bilingual,
}

/// All rows of one list.
#[must_use]
pub fn entries<W: Word>() -> Vec<Entry> {
    W::ALL.iter().map(|value| Entry { word: value.as_str(), label: value.label() }).collect()
}
