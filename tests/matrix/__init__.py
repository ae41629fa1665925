"""Every route and every role: who gets in, exactly as the permission table says, and nothing changes else."""
