package dev.drover.connector.vsphere;

/**
 * What a site bears beside its production.
 *
 * @param minFreePercent of each datastore of a VM: with less no VM snapshot is made or kept, as it
 *     grows with what the VM writes; 0: not looked at
 * @param disksPerHost that are read of an ESXi host at once: it compresses each on a core of its
 *     own
 * @param disksPerDatastore that are read of a datastore at once, whatever hosts read them
 */
public record VsphereLimits(int minFreePercent, int disksPerHost, int disksPerDatastore) {}
