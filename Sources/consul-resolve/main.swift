print("consul-resolve")
