-- with: legacy_timezone=asia/karachi
SELECT;
-- finds:
