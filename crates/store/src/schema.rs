//! The tables, once for both databases. The SQL itself is in `migrations/`.

#![allow(missing_docs, reason = "columns are described where they are created, in the migrations")]

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    users (id) {
        id -> Uid,
        username -> Text,
        display_name -> Text,
        folded -> Text,
        person_id -> Nullable<Uid>,
        password_hash -> Text,
        status -> Term,
        access_version -> BigInt,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        password_set_at -> Nullable<Moment>,
        password_once_until -> Nullable<Moment>,
        kind -> Term,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    clients (id) {
        id -> Uid,
        code -> Text,
        unit_id -> Uid,
        scopes -> Text,
        keys -> Text,
        expires_on -> Nullable<Date>,
        token_seconds -> Integer,
        last_used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    client_secrets (id) {
        id -> Uid,
        client_id -> Uid,
        hash -> Binary,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    client_assertions (client_id, jti) {
        client_id -> Uid,
        jti -> Binary,
        expires_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    grants (id) {
        id -> Uid,
        user_id -> Uid,
        role -> Term,
        scope -> Term,
        scope_id -> Nullable<Uid>,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        note -> Nullable<Text>,
        created_at -> Moment,
        revoked_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    sessions (id) {
        id -> Uid,
        user_id -> Uid,
        created_at -> Moment,
        expires_at -> Moment,
        revoked_at -> Nullable<Moment>,
        revoked_why -> Nullable<Text>,
        address -> Nullable<Text>,
        agent -> Nullable<Text>,
        second_factor -> Bool,
        acted_by -> Nullable<Uid>,
        vouched_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    used_states (hash) {
        hash -> Binary,
        expires_at -> Moment,
        user_id -> Nullable<Uid>,
        tries -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    refresh_tokens (hash) {
        hash -> Binary,
        session_id -> Uid,
        issued_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    second_factors (user_id) {
        user_id -> Uid,
        sealed -> Binary,
        created_at -> Moment,
        confirmed_at -> Nullable<Moment>,
        used_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    recovery_codes (mark) {
        mark -> Binary,
        user_id -> Uid,
        created_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        public_jwk -> Text,
        sealed_private -> Binary,
        created_at -> Moment,
        activates_at -> Moment,
        retires_at -> Nullable<Moment>,
        ends_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    idempotency (caller, method, path, key) {
        caller -> Uid,
        method -> Text,
        path -> Text,
        key -> Text,
        fingerprint -> Binary,
        answer -> Binary,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    external_ids (kind, subject_id, system) {
        kind -> Term,
        subject_id -> Uid,
        system -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    units (id) {
        id -> Uid,
        code -> Text,
        kind -> Term,
        protocol_order -> Integer,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        ended_by_succession -> Bool,
        name -> Text,
        folded -> Text,
        collation_key -> Text,
        fictional -> Bool,
        note -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    unit_names (id) {
        id -> Uid,
        unit_id -> Uid,
        name -> Text,
        short_name -> Nullable<Text>,
        name_en -> Nullable<Text>,
        folded -> Text,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        alias -> Bool,
        document_id -> Nullable<Uid>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    unit_codes (id) {
        id -> Uid,
        unit_id -> Uid,
        system -> Term,
        code -> Text,
        normal_code -> Text,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        verified -> Bool,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    unit_relations (id) {
        id -> Uid,
        unit_id -> Uid,
        kind -> Term,
        upper_id -> Uid,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        document_id -> Nullable<Uid>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    unit_officers (id) {
        id -> Uid,
        unit_id -> Uid,
        person_id -> Uid,
        duty -> Nullable<Text>,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    successions (id) {
        id -> Uid,
        from_id -> Uid,
        to_id -> Nullable<Uid>,
        kind -> Term,
        effective_on -> Date,
        document_id -> Nullable<Uid>,
        document_text -> Nullable<Text>,
        inherits_emulation -> Nullable<Bool>,
        verified -> Bool,
        note -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    people (id) {
        id -> Uid,
        code -> Text,
        full_name -> Text,
        folded -> Text,
        collation_key -> Text,
        born_on -> Nullable<Date>,
        born_precision -> Nullable<Term>,
        gender -> Nullable<Term>,
        owner_id -> Uid,
        fictional -> Bool,
        note -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        nationality -> Nullable<Text>,
        residence_id -> Nullable<Uid>,
        died_on -> Nullable<Date>,
        died_precision -> Nullable<Term>,
        ethnicity -> Nullable<Term>,
        livelihood -> Nullable<Term>,
        direct_worker -> Nullable<Bool>,
        party_member -> Nullable<Bool>,
        merged_into_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    employments (id) {
        id -> Uid,
        person_id -> Uid,
        unit_id -> Uid,
        position -> Nullable<Text>,
        head -> Bool,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        document_id -> Nullable<Uid>,
        version -> BigInt,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    identity_papers (id) {
        id -> Uid,
        person_id -> Uid,
        kind -> Term,
        country -> Text,
        sealed -> Binary,
        key_id -> Text,
        mark -> Binary,
        issued_on -> Nullable<Date>,
        expires_on -> Nullable<Date>,
        issued_by -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    households (id) {
        id -> Uid,
        code -> Text,
        name -> Text,
        folded -> Text,
        collation_key -> Text,
        unit_id -> Uid,
        address -> Nullable<Text>,
        note -> Nullable<Text>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    household_members (id) {
        id -> Uid,
        household_id -> Uid,
        person_id -> Uid,
        bond -> Term,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    person_merges (id) {
        id -> Uid,
        from_id -> Uid,
        into_id -> Uid,
        document_id -> Nullable<Uid>,
        moved -> Text,
        merged_by -> Uid,
        merged_at -> Moment,
        undone_by -> Nullable<Uid>,
        undone_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    delegations (id) {
        id -> Uid,
        code -> Text,
        unit_id -> Uid,
        delegator_id -> Uid,
        delegate_id -> Uid,
        acts -> Text,
        from_on -> Date,
        to_on -> Date,
        document_id -> Uid,
        note -> Nullable<Text>,
        status -> Term,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    documents (id) {
        id -> Uid,
        code -> Text,
        kind -> Term,
        number -> Nullable<Text>,
        symbol -> Nullable<Text>,
        normal_symbol -> Nullable<Text>,
        issued_on -> Nullable<Date>,
        issued_precision -> Nullable<Term>,
        issued_year -> Nullable<Integer>,
        issuer_id -> Nullable<Uid>,
        issuer_name -> Nullable<Text>,
        signer_name -> Nullable<Text>,
        signer_position -> Nullable<Text>,
        signer_mode -> Nullable<Term>,
        title -> Text,
        folded -> Text,
        collation_key -> Text,
        owner_id -> Uid,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    file_objects (sha256) {
        sha256 -> Binary,
        announced_at -> Moment,
        condemned_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    files (id) {
        id -> Uid,
        owner_id -> Uid,
        name -> Text,
        folded -> Text,
        collation_key -> Text,
        media_type -> Term,
        size -> BigInt,
        sha256 -> Binary,
        created_by -> Uid,
        links -> Integer,
        loose_since -> Nullable<Moment>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    campaigns (id) {
        id -> Uid,
        code -> Text,
        title -> Text,
        folded -> Text,
        collation_key -> Text,
        slogan -> Nullable<Text>,
        scope -> Term,
        form -> Term,
        legacy_label -> Nullable<Text>,
        issuer_id -> Nullable<Uid>,
        issuer_name -> Nullable<Text>,
        launched_on -> Nullable<Date>,
        from_on -> Nullable<Date>,
        from_precision -> Nullable<Term>,
        to_on -> Nullable<Date>,
        to_precision -> Nullable<Term>,
        document_id -> Nullable<Uid>,
        owner_id -> Uid,
        status -> Term,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    campaign_responses (campaign_id, higher_id) {
        campaign_id -> Uid,
        higher_id -> Uid,
        ordinal -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    award_types (id) {
        id -> Uid,
        code -> Text,
        name -> Text,
        name_en -> Text,
        folded -> Text,
        family -> Term,
        level -> Term,
        subjects -> Text,
        article -> Nullable<Text>,
        article_verified -> Bool,
        protocol_order -> Integer,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    indices (id) {
        id -> Uid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        folded -> Text,
        collation_key -> Text,
        publisher -> Text,
        better -> Term,
        least -> Nullable<Figure>,
        most -> Nullable<Figure>,
        note -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    index_results (id) {
        id -> Uid,
        index_id -> Uid,
        unit_id -> Uid,
        edition -> Integer,
        value -> Nullable<Figure>,
        rank -> Nullable<Integer>,
        ranked -> Nullable<Integer>,
        published_on -> Date,
        source -> Text,
        document_id -> Nullable<Uid>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    criteria_sets (id) {
        id -> Uid,
        code -> Text,
        name -> Text,
        folded -> Text,
        collation_key -> Text,
        owner_id -> Nullable<Uid>,
        edition -> Integer,
        amends_id -> Nullable<Uid>,
        document_id -> Nullable<Uid>,
        scale -> Figure,
        item_count -> Integer,
        status -> Term,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    criteria_tables (criteria_set_id) {
        criteria_set_id -> Uid,
        content -> Structured,
        mapping -> Structured,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    scoresheets (id) {
        id -> Uid,
        code -> Text,
        bloc_year_id -> Uid,
        unit_id -> Uid,
        cross_checker_id -> Nullable<Uid>,
        status -> Term,
        facts -> Structured,
        total -> Figure,
        complete -> Bool,
        recorded_total -> Nullable<Figure>,
        recorded_rank -> Nullable<Integer>,
        note -> Nullable<Text>,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        standing -> Nullable<Structured>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    score_entries (scoresheet_id, item, layer) {
        scoresheet_id -> Uid,
        item -> Text,
        layer -> Term,
        claim -> Nullable<Structured>,
        points -> Nullable<Figure>,
        not_applicable -> Bool,
        reason -> Nullable<Text>,
        stands -> Bool,
        comes_to -> Figure,
        entered_by -> Uid,
        origin -> Term,
        recorded -> Nullable<Structured>,
        version -> BigInt,
        entered_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    score_evidence (scoresheet_id, item, layer, file_id) {
        scoresheet_id -> Uid,
        item -> Text,
        layer -> Term,
        file_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use crate::columns::{Figure, Moment, Structured, Term, Uid};

    appeals (id) {
        id -> Uid,
        code -> Text,
        scoresheet_id -> Uid,
        by_unit_id -> Uid,
        item -> Nullable<Text>,
        grounds -> Text,
        folded -> Text,
        asked_points -> Nullable<Figure>,
        points_filed -> Figure,
        points_answered -> Nullable<Figure>,
        filed_on -> Date,
        outcome -> Nullable<Term>,
        answer -> Nullable<Text>,
        answered_on -> Nullable<Date>,
        document_id -> Nullable<Uid>,
        status -> Term,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use crate::columns::Uid;

    appeal_evidence (appeal_id, file_id) {
        appeal_id -> Uid,
        file_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    ranking_publications (bloc_year_id, number) {
        bloc_year_id -> Uid,
        number -> Integer,
        stage -> Term,
        snapshot -> Text,
        sha256 -> Binary,
        status -> Term,
        document_id -> Nullable<Uid>,
        note -> Nullable<Text>,
        published_on -> Date,
        published_at -> Moment,
        published_by -> Uid,
        appeals_until -> Nullable<Date>,
        origin -> Term,
        recorded -> Nullable<Structured>,
        withdrawn_on -> Nullable<Date>,
        withdrawn_at -> Nullable<Moment>,
        withdrawn_by -> Nullable<Uid>,
        withdrawn_because -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::columns::{Moment, Term, Uid};

    tie_decisions (bloc_year_id, decided_by) {
        bloc_year_id -> Uid,
        decided_by -> Term,
        decided_on -> Date,
        document_id -> Nullable<Uid>,
        meeting_id -> Nullable<Uid>,
        note -> Nullable<Text>,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::columns::{Term, Uid};

    tie_decision_units (bloc_year_id, decided_by, unit_id) {
        bloc_year_id -> Uid,
        decided_by -> Term,
        unit_id -> Uid,
        value -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    blocs (id) {
        id -> Uid,
        code -> Text,
        name -> Text,
        folded -> Text,
        collation_key -> Text,
        kind -> Term,
        scope -> Term,
        organizer_id -> Nullable<Uid>,
        organizer_note -> Nullable<Text>,
        note -> Nullable<Text>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    bloc_years (id) {
        id -> Uid,
        code -> Text,
        bloc_id -> Uid,
        year -> Integer,
        status -> Term,
        document_id -> Nullable<Uid>,
        note -> Nullable<Text>,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        criteria_set_id -> Nullable<Uid>,
        registration_gate -> Term,
        appeal_days -> Nullable<Integer>,
        ranked_from_months -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    registrations (id) {
        id -> Uid,
        code -> Text,
        unit_id -> Uid,
        year -> Integer,
        bloc_year_id -> Nullable<Uid>,
        folded -> Text,
        register_by -> Nullable<Date>,
        submitted_on -> Nullable<Date>,
        item_count -> Integer,
        note -> Nullable<Text>,
        status -> Term,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    registration_items (id) {
        id -> Uid,
        registration_id -> Uid,
        ordinal -> Integer,
        award_type_id -> Uid,
        subject_kind -> Term,
        unit_id -> Nullable<Uid>,
        person_id -> Nullable<Uid>,
        household_id -> Nullable<Uid>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    bloc_members (id) {
        id -> Uid,
        bloc_year_id -> Uid,
        unit_id -> Uid,
        office -> Term,
        ordinal -> Integer,
        from_on -> Nullable<Date>,
        to_on -> Nullable<Date>,
        note -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    meetings (id) {
        id -> Uid,
        code -> Text,
        bloc_year_id -> Uid,
        kind -> Term,
        title -> Text,
        folded -> Text,
        meets_on -> Date,
        day_part -> Nullable<Term>,
        place -> Nullable<Text>,
        minutes -> Nullable<Text>,
        minutes_document_id -> Nullable<Uid>,
        status -> Term,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    attendances (id) {
        id -> Uid,
        meeting_id -> Uid,
        unit_id -> Uid,
        presence -> Term,
        attendee_name -> Nullable<Text>,
        attendee_position -> Nullable<Text>,
        ordinal -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    pledges (id) {
        id -> Uid,
        code -> Text,
        bloc_year_id -> Uid,
        title -> Text,
        folded -> Text,
        preamble -> Nullable<Text>,
        status -> Term,
        sign_by -> Nullable<Date>,
        meeting_id -> Nullable<Uid>,
        copied_from_id -> Nullable<Uid>,
        in_force_on -> Nullable<Date>,
        signature_count -> Integer,
        origin -> Term,
        recorded -> Nullable<Structured>,
        fictional -> Bool,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    pledge_requirements (pledge_id, ordinal) {
        pledge_id -> Uid,
        ordinal -> Integer,
        body -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    pledge_contents (id) {
        id -> Uid,
        pledge_id -> Uid,
        parent_id -> Nullable<Uid>,
        ordinal -> Integer,
        no -> Text,
        body -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    pledge_references (id) {
        id -> Uid,
        pledge_id -> Uid,
        content_id -> Nullable<Uid>,
        document_id -> Nullable<Uid>,
        campaign_id -> Nullable<Uid>,
        ordinal -> Integer,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    pledge_partners (pledge_id, ordinal) {
        pledge_id -> Uid,
        ordinal -> Integer,
        kind -> Term,
        unit_id -> Nullable<Uid>,
        name -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    pledge_targets (id) {
        id -> Uid,
        pledge_id -> Uid,
        unit_id -> Uid,
        ordinal -> Integer,
        title -> Text,
        measure -> Nullable<Text>,
        planned -> Nullable<Text>,
        achieved -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    signatures (id) {
        id -> Uid,
        pledge_id -> Uid,
        unit_id -> Uid,
        signer_name -> Nullable<Text>,
        signer_position -> Nullable<Text>,
        mode -> Term,
        signed_on -> Date,
        precision -> Term,
        origin -> Term,
        recorded -> Nullable<Structured>,
        signed_by -> Uid,
        created_at -> Moment,
        delegation_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    events (id) {
        id -> Uid,
        position -> Nullable<BigInt>,
        at -> Moment,
        actor_id -> Nullable<Uid>,
        kind -> Term,
        subject_id -> Uid,
        verb -> Term,
        fields -> Text,
        from_status -> Nullable<Text>,
        to_status -> Nullable<Text>,
        origin -> Term,
        request_id -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    event_values (event_id) {
        event_id -> Uid,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        reason -> Nullable<Text>,
        recorded -> Nullable<Text>,
        warnings -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};
    use crate::columns::{Moment, Structured, Term, Uid};

    jobs (id) {
        id -> Uid,
        kind -> Term,
        status -> Term,
        attempts -> Integer,
        lease_until -> Nullable<Moment>,
        heartbeat_at -> Nullable<Moment>,
        done -> BigInt,
        total -> Nullable<BigInt>,
        resume -> Nullable<Text>,
        result -> Nullable<Text>,
        error_code -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    grants,
    clients,
    client_secrets,
    client_assertions,
    sessions,
    used_states,
    refresh_tokens,
    second_factors,
    recovery_codes,
    signing_keys,
    idempotency,
    settings,
    external_ids,
    units,
    unit_names,
    unit_codes,
    unit_relations,
    unit_officers,
    successions,
    people,
    identity_papers,
    households,
    household_members,
    person_merges,
    delegations,
    employments,
    documents,
    file_objects,
    files,
    campaigns,
    campaign_responses,
    award_types,
    indices,
    index_results,
    criteria_sets,
    criteria_tables,
    scoresheets,
    score_entries,
    score_evidence,
    appeals,
    appeal_evidence,
    ranking_publications,
    tie_decisions,
    tie_decision_units,
    blocs,
    bloc_years,
    bloc_members,
    meetings,
    attendances,
    pledges,
    pledge_requirements,
    pledge_contents,
    pledge_references,
    pledge_partners,
    pledge_targets,
    signatures,
    registrations,
    registration_items,
    events,
    event_values,
    jobs,
);
diesel::joinable!(appeals -> scoresheets (scoresheet_id));
diesel::joinable!(unit_names -> units (unit_id));
diesel::joinable!(bloc_members -> bloc_years (bloc_year_id));
diesel::joinable!(bloc_years -> blocs (bloc_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(clients -> users (id));
diesel::joinable!(event_values -> events (event_id));
diesel::joinable!(pledges -> bloc_years (bloc_year_id));
diesel::joinable!(meetings -> bloc_years (bloc_year_id));
diesel::joinable!(employments -> people (person_id));
diesel::joinable!(index_results -> indices (index_id));
diesel::joinable!(scoresheets -> bloc_years (bloc_year_id));
diesel::joinable!(registration_items -> registrations (registration_id));
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    registration_items::award_type_id,
    registration_items::subject_kind,
    registrations::status,
);
