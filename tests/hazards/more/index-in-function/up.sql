SELECT make_index();
