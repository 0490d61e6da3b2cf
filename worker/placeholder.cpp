namespace fitd {}
