"""Named actions on one platform; here bytes become text."""
