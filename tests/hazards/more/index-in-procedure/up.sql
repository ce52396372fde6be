CALL build();
