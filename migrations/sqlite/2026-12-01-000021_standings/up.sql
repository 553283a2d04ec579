-- What a ranking needs of a sheet, kept with it; of sheets from before it is worked out when asked for.
-- The other database has the same file with its own types: change both.
ALTER TABLE scoresheets ADD COLUMN standing TEXT;
-- Whole months that a unit must have been a member of the year to be ranked.
ALTER TABLE bloc_years ADD COLUMN ranked_from_months INTEGER CHECK (ranked_from_months BETWEEN 1 AND 12);
