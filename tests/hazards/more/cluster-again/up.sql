CLUSTER tasks;
