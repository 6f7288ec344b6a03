// Runs wait for clocks and databases far more than they compute.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
