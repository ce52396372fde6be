UPDATE visits SET path = lower(path);
