"""Faults by force: crash points, kills, cut connections, full disks, clocks; one set of invariants judges them all."""
