-- Back to nothing.

DROP VIEW bloc_year_ties;
DROP VIEW bloc_ties;
DROP VIEW campaign_ties;
DROP VIEW document_ties;
DROP VIEW person_ties;
DROP VIEW award_type_ties;
DROP VIEW unit_ties;
DROP VIEW user_ties;
DROP VIEW unit_heirs;
DROP VIEW unit_uppers;
DROP TABLE event_values, events, signatures, pledge_targets, pledge_partners, pledge_references, pledge_contents, pledge_requirements, pledges, attendances, meetings, bloc_members, bloc_years, blocs, award_types, campaign_responses, campaigns, documents, employments, people, successions, unit_officers, unit_relations, unit_codes, unit_names, units, external_ids, settings, idempotency, signing_keys, refresh_tokens, sessions, grants, users;
DROP FUNCTION events_are_append_only;
